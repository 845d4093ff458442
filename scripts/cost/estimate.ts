import {
  assumptions,
  databaseSizes,
  hostCalls,
  liveTrafficSteps,
  prices,
  viewerCalls,
  type CallCount,
  type Figure,
} from './figures';

const daysPerMonth = 30;
const sweepsPerDay = 24 * 60;

/** What a number of daily viewers needs and costs. Money is yuan a month. */
export interface Estimate {
  viewers: number;
  hostSessionsPerDay: number;
  callsPerMonth: number;
  gbSeconds: number;
  /** GB a month; the live service's and VOD's traffic is not in it. */
  answersGb: number;
  logsGb: number;
  callsAtPeak: number;
  /** SCF instances at the peak, which is also the number of database connections. */
  instances: number;
  /** What they take of the region's concurrency, which SCF counts in MB. */
  instancesMb: number;
  statementsAtPeak: number;
  databaseMb: number;
  databaseGb: number;
  liveGbPerDay: number;
  recordingChannels: number;
  money: Money;
}

export interface Money {
  scfCalls: number;
  scfCompute: number;
  scfTraffic: number;
  logs: number;
  database: number;
  im: number;
  liveTraffic: number;
  recording: number;
  /** Storage of recordings and traffic of replays; undefined until figures.ts has their prices. */
  vod: number | undefined;
}

/**
 * @param viewers people who watch on an average day
 * @throws RangeError when they need a larger database than the list has
 */
export function estimate(viewers: number): Estimate {
  const load = loadOf(viewers);
  const { hostSessionsPerDay, instances, statementsAtPeak } = load;
  const size = databaseFor(statementsAtPeak * assumptions.databaseReserve.value);
  const databaseGb = Math.max(25, Math.ceil((viewers * assumptions.bytesPerViewer.value) / 1e9 / 5) * 5);
  const liveGbPerDay =
    (viewers * assumptions.watchMinutes.value * 60 * assumptions.bitrateMbps.value) / 8 / 1_000;
  const atPeak = Math.ceil(hostSessionsPerDay * assumptions.hostsAtPeak.value);
  const recordingChannels = atPeak * assumptions.recordFormats.value;
  return {
    ...load,
    viewers,
    instances,
    instancesMb: instances * assumptions.memoryMb.value,
    databaseMb: size.memoryMb,
    databaseGb,
    liveGbPerDay,
    recordingChannels,
    money: {
      scfCalls: (load.callsPerMonth / 10_000) * prices.scfCalls.value,
      scfCompute: load.gbSeconds * prices.scfCompute.value,
      scfTraffic: load.answersGb * prices.scfTraffic.value,
      logs: logsCost(load.logsGb),
      database: size.yuanPerMonth + databaseGb * prices.databaseStorage.value,
      im: imCost(viewers),
      liveTraffic: liveGbPerDay * livePricePerGb(liveGbPerDay) * daysPerMonth,
      recording: recordingChannels * prices.recording.value,
      vod: vodCost(viewers, hostSessionsPerDay),
    },
  };
}

/** What SCF and its logs carry. */
function loadOf(viewers: number) {
  const {
    memoryMb,
    callMs,
    coldShare,
    coldMs,
    sweepMs,
    logBytes,
    peakFactor,
    instanceReserve,
    idleInstances,
  } = assumptions;
  const hostSessionsPerDay = Math.ceil(viewers / assumptions.viewersPerHost.value);
  const visits = viewers * sum(viewerCalls, ({ times }) => times);
  const broadcasts = hostSessionsPerDay * sum(hostCalls, ({ times }) => times);
  const callsPerDay = visits + broadcasts;
  const callsPerMonth = (callsPerDay + sweepsPerDay) * daysPerMonth;
  const secondsPerCall = (callMs.value + coldShare.value * coldMs.value) / 1_000;
  const seconds = callsPerDay * secondsPerCall + (sweepsPerDay * sweepMs.value) / 1_000;
  const answers = viewers * weightOf(viewerCalls) + hostSessionsPerDay * weightOf(hostCalls);
  const statements = viewers * statementsOf(viewerCalls) + hostSessionsPerDay * statementsOf(hostCalls);
  const callsAtPeak = (callsPerDay / 86_400) * peakFactor.value;
  return {
    hostSessionsPerDay,
    callsPerMonth,
    gbSeconds: seconds * (memoryMb.value / 1_024) * daysPerMonth,
    answersGb: (answers * daysPerMonth) / 1e9,
    logsGb: (callsPerMonth * logBytes.value) / 1e9,
    callsAtPeak,
    statementsAtPeak: (statements / 86_400) * peakFactor.value,
    // Little's law says how many are under way at once; besides, every function keeps an instance of its own.
    instances: Math.ceil(callsAtPeak * secondsPerCall * instanceReserve.value) + idleInstances.value,
  };
}

/** Yuan a GB for a day on which so much was watched. */
export function livePricePerGb(gbPerDay: number): number {
  return liveTrafficSteps.steps.filter(({ fromGb }) => gbPerDay >= fromGb).at(-1)?.yuanPerGb ?? 0;
}

/** The smallest size that does so many statements a second. */
function databaseFor(statementsPerSecond: number): (typeof databaseSizes)[number] {
  const size = databaseSizes.find(({ queriesPerSecond }) => queriesPerSecond >= statementsPerSecond);
  if (size === undefined)
    throw new RangeError(
      `${Math.ceil(statementsPerSecond)} statements a second are more than the largest database listed does: lengthen beatSeconds, or split the database`,
    );
  return size;
}

function imCost(dailyUsers: number): number {
  if (dailyUsers <= assumptions.imTrialUsers.value) return 0;
  const excess = Math.ceil(Math.max(0, dailyUsers - 10_000) / 10_000);
  return prices.imPackage.value + excess * prices.imExcess.value;
}

function vodCost(viewers: number, hostSessionsPerDay: number): number | undefined {
  const { bitrateMbps, hostMinutes, recordFormats, replayMinutes, replayDays } = assumptions;
  const gbPerMinute = (bitrateMbps.value * 60) / 8 / 1_000;
  const kept = hostSessionsPerDay * hostMinutes.value * recordFormats.value * gbPerMinute * replayDays.value;
  const watched = viewers * replayMinutes.value * gbPerMinute;
  const storage = known(prices.vodStorage);
  const traffic = known(prices.vodTraffic);
  if (storage === undefined || traffic === undefined) return undefined;
  return (kept * storage + watched * traffic) * daysPerMonth;
}

/** A price that figures.ts may lack, whatever it holds today. */
function known({ value }: Figure): number | undefined {
  return value;
}

/** Index traffic and storage of the text as it is, the log itself compressed six to one. */
function logsCost(gbPerMonth: number): number {
  const kept = (gbPerMonth / daysPerMonth) * assumptions.logDays.value;
  return (
    gbPerMonth * (prices.logIndex.value + prices.logWrite.value / 6) +
    kept * (1 + 1 / 6) * prices.logStorage.value * daysPerMonth
  );
}

function weightOf(counts: readonly CallCount[]): number {
  return sum(counts, ({ times, answerBytes }) => times * answerBytes);
}

function statementsOf(counts: readonly CallCount[]): number {
  return sum(counts, ({ times, statements }) => times * statements);
}

function sum<T>(list: readonly T[], value: (one: T) => number): number {
  return list.reduce((total, one) => total + value(one), 0);
}
