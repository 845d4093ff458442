import { cancel, confirm, intro, log, outro, password, select, text } from '@clack/prompts';
import type { Language } from '../language';
import { Stopped, type Asker } from './converse';

/** Asks at the terminal. */
export function terminalAsker(): Asker {
  return {
    async text({ message, initial, fault }) {
      const answer = await text({ message, initialValue: initial, validate: (typed) => fault(typed ?? '') });
      return given(answer) ?? '';
    },
    async secret({ message, fault }) {
      const answer = await password({ message, validate: (typed) => fault(typed ?? '') });
      return given(answer) ?? '';
    },
    async confirm(message, initial) {
      return given(await confirm({ message, initialValue: initial }));
    },
    say: (said) => log.step(said),
  };
}

/** @throws Stopped */
export async function askLanguage(initial: Language): Promise<Language> {
  const options = [
    { value: 'en' as const, label: 'English' },
    { value: 'zh' as const, label: '中文' },
  ];
  return given(await select<Language>({ message: 'Language / 语言', options, initialValue: initial }));
}

export const frame = { begin: intro, end: outro, stopped: cancel, warn: log.warn };

function given<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (isGiven(answer)) return answer;
  throw new Stopped('stopped');
}

/** Ctrl-C and Escape come as a symbol. */
function isGiven<Answer>(answer: Answer): answer is Exclude<Answer, symbol> {
  return typeof answer !== 'symbol';
}
