/**
 * What the live service's notices say, field by field; t and sign are added when one is sent.
 * Source: documents 267/38081 (push and cut), 267/38082 (recording), 267/38083 (screenshot), 267/58590
 * (recording status). All times are unix seconds unless the name says otherwise.
 */
import type { CutReason } from './ingest';

export type NoticeBody = { readonly event_type: number; readonly [field: string]: string | number };

/** One push, from acceptance to cut. */
export interface PushFacts {
  readonly streamName: string;
  readonly appName: string;
  readonly domain: string;
  readonly streamParam: string;
  readonly userIp: string;
  readonly sequence: string;
  /** Milliseconds. */
  readonly startedAt: number;
}

export interface VideoSize {
  readonly width: number;
  readonly height: number;
}

export type RecordFormat = 'flv' | 'hls' | 'mp4';

/** A finished recording file. */
export interface RecordedFile {
  readonly fileId: string;
  readonly format: RecordFormat;
  readonly bytes: number;
  readonly url: string;
  /** Milliseconds: clock time of the first frame, length, and the first frame's own timestamp. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly mediaStartMs: number;
  readonly video: VideoSize & { readonly codec: string };
}

export type RecordEvent = 'record_start_succeeded' | 'record_start_failed' | 'record_error' | 'record_ended';

const seconds = (ms: number): number => Math.floor(ms / 1000);
const microseconds = (ms: number): number => Math.round((ms % 1000) * 1000);

function common(appId: number, push: PushFacts): Record<string, string | number> {
  return {
    appid: appId,
    app: push.domain,
    appname: push.appName,
    stream_id: push.streamName,
    channel_id: push.streamName,
    stream_param: push.streamParam,
  };
}

function pushEvent(
  appId: number,
  push: PushFacts,
  at: number,
  video: VideoSize,
): Record<string, string | number> {
  return {
    ...common(appId, push),
    event_time: seconds(at),
    sequence: push.sequence,
    node: '127.0.0.1',
    user_ip: push.userIp,
    set_id: 2,
    idc_id: 1,
    width: video.width,
    height: video.height,
  };
}

/** Event 1. The picture's size is not known yet, so it is 0, as the service sends it. */
export function pushStarted(appId: number, push: PushFacts): NoticeBody {
  const size = { width: 0, height: 0 };
  return { event_type: 1, ...pushEvent(appId, push, push.startedAt, size), errcode: 0, errmsg: 'ok' };
}

/** Event 0. In: the time of the cut (ms). */
export function pushCut(
  appId: number,
  push: PushFacts,
  reason: CutReason,
  at: number,
  video: VideoSize,
): NoticeBody {
  return {
    event_type: 0,
    ...pushEvent(appId, push, at, video),
    errcode: reason.code,
    errmsg: reason.message,
    push_duration: String(Math.max(0, at - push.startedAt)),
  };
}

/** Event 100, one for each file. The length is rounded up to whole seconds, as the service does. */
export function recordingReady(appId: number, push: PushFacts, file: RecordedFile): NoticeBody {
  const endedAt = file.startedAt + file.durationMs;
  return {
    event_type: 100,
    ...common(appId, push),
    file_id: file.fileId,
    record_file_id: file.fileId,
    file_format: file.format,
    start_time: seconds(file.startedAt),
    end_time: seconds(endedAt),
    start_time_usec: microseconds(file.startedAt),
    end_time_usec: microseconds(endedAt),
    duration: Math.ceil(file.durationMs / 1000),
    file_size: file.bytes,
    video_url: file.url,
    media_start_time: file.mediaStartMs,
    record_bps: 0,
    callback_ext: JSON.stringify({
      video_codec: file.video.codec,
      resolution: `${file.video.width}x${file.video.height}`,
    }),
  };
}

/** Event 332. In: `session` names the recording of one format, `seq` this one notice, `at` its time (ms). */
export function recordingStatus(
  appId: number,
  push: PushFacts,
  status: { event: RecordEvent; format: RecordFormat; session: string; seq: string; at: number },
): NoticeBody {
  const formatNumbers: Record<RecordFormat, number> = { flv: 1, hls: 2, mp4: 3 };
  return {
    event_type: 332,
    appid: appId,
    appname: push.appName,
    domain: push.domain,
    stream_id: push.streamName,
    event_time: seconds(status.at),
    record_event: status.event,
    record_detail: JSON.stringify({
      file_format: formatNumbers[status.format],
      record_bps: 0,
      start_model: 1,
      record_content: 1,
      source_type: 1,
      codec_temp_id: 0,
    }),
    seq: status.seq,
    session_id: status.session,
  };
}

/** Event 200. In: the picture's path under `origin`, its time (ms). The service sends no appid here. */
export function screenshotTaken(
  push: PushFacts,
  picture: { path: string; origin: string; bytes: number; at: number; size: VideoSize },
): NoticeBody {
  return {
    event_type: 200,
    app: push.domain,
    appname: push.appName,
    stream_id: push.streamName,
    channel_id: push.streamName,
    stream_param: push.streamParam,
    create_time: seconds(picture.at),
    file_size: picture.bytes,
    width: picture.size.width,
    height: picture.size.height,
    pic_url: picture.path,
    pic_full_url: picture.origin + picture.path,
  };
}
