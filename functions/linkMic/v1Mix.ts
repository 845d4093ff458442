import type * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { Failure } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/request';
import { parseInput } from '../../shared/input';
import { mergeInput } from './mergeStreams';

/**
 * Reads the `mergeparams` of MergeVideoStream, the body of the mixing interface of 2016 (protocol.md 5.4), as the input
 * of mergeStreams. Its `cancel_mix_stream` is a list of nobody.
 * @throws Failure invalidInput naming the member at fault
 */
export function parseV1Mix(mergeParams: unknown): v.InferOutput<typeof mergeInput> {
  const para = member(member(mergeParams, 'interface'), 'para');
  if (!isRecord(para)) throw new Failure('invalidInput', 'mergeparams: expected interface.para');
  const cancels = para['interface'] === 'mix_streamv2.cancel_mix_stream';
  const list = para['input_stream_list'];
  return parseInput(mergeInput, {
    sessionId: para['mix_stream_session_id'],
    outputStreamId: para['output_stream_id'] ?? (cancels ? para['mix_stream_session_id'] : undefined),
    inputs: cancels ? [] : Array.isArray(list) ? list.map(inputOf) : undefined,
  });
}

/**
 * The text that old apps parse out of `msg` (protocol.md 4.15): code 0 when the mix was changed, any other code makes
 * them ask again.
 * @param work a run of mergeStreams, of which a Failure is told and anything else is thrown
 * @param now epoch milliseconds
 */
export async function v1MixReply(work: Promise<unknown>, now: number): Promise<string> {
  const timestamp = seconds(now);
  try {
    await work;
    return JSON.stringify({ code: 0, message: 'Success!', timestamp });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return JSON.stringify({ code: error.returnValue, message: error.message, timestamp });
  }
}

function inputOf(input: unknown): unknown {
  const layout = member(input, 'layout_params');
  return {
    streamId: member(input, 'input_stream_id'),
    imageLayer: member(layout, 'image_layer'),
    imageWidth: member(layout, 'image_width'),
    imageHeight: member(layout, 'image_height'),
    locationX: member(layout, 'location_x'),
    locationY: member(layout, 'location_y'),
  };
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
