import { cancel, confirm, intro, log, outro, password, S_BAR, select, text } from '@clack/prompts';
import type { Language } from '../language';
import { Stopped, type Asker } from './converse';

/** Asks at the terminal. */
export function terminalAsker(language: Language): Asker {
  const [active, inactive] = language === 'zh' ? ['是', '否'] : ['Yes', 'No'];
  return {
    async text({ message, initial, fault }) {
      const validate = (typed: string | undefined): string | undefined => fault(typed ?? '');
      return given(await text({ message: besideBar(message), initialValue: initial, validate })) ?? '';
    },
    async secret({ message, fault }) {
      const validate = (typed: string | undefined): string | undefined => fault(typed ?? '');
      return given(await password({ message: besideBar(message), validate })) ?? '';
    },
    async confirm(message, initial) {
      return given(await confirm({ message, initialValue: initial, active, inactive }));
    },
    say: (said) => log.step(said),
  };
}

/** A question's further lines stand beside the bar, as all others do. */
function besideBar(message: string): string {
  return message.replaceAll('\n', `\n${S_BAR}  `);
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
