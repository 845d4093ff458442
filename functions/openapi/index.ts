import packed from 'documentation:packed';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { makeOpenapi } from './handler';
import { unpackDocumentation } from './unpack';

const config = readConfig(process.env, ['LOG_LEVEL']);

export const main_handler = makeOpenapi(makeLog(config.LOG_LEVEL), {
  documentation: unpackDocumentation(packed),
});
