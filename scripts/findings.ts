import type { Language, Words } from './language';

/**
 * What a check found. `wrong` keeps the product from working, `warning` deserves a look, `note` is good to know: something
 * was not checked, or left out on purpose.
 */
export type Status = 'ok' | 'note' | 'warning' | 'wrong';

/** One check and its outcome, one line. `subject` is what it was about, such as a variable's name. */
export interface Finding {
  subject: string;
  status: Status;
  said: Words;
}

export interface Section {
  title: Words;
  findings: readonly Finding[];
}

const marks: Record<Status, Words> = {
  ok: { en: 'ok     ', zh: '正常  ' },
  note: { en: 'note   ', zh: '说明  ' },
  warning: { en: 'warning', zh: '警告  ' },
  wrong: { en: 'wrong  ', zh: '错误  ' },
};

export function finding(status: Status, subject: string, said: Words): Finding {
  return { status, subject, said };
}

/** The gravest status among the findings; `ok` when there are none. */
export function worstOf(sections: readonly Section[]): Status {
  const order: readonly Status[] = ['ok', 'note', 'warning', 'wrong'];
  const ranks = sections.flatMap(({ findings }) => findings.map(({ status }) => order.indexOf(status)));
  return order[Math.max(0, ...ranks)] ?? 'ok';
}

/** A section as text: its title, then one line for each finding. */
export function sectionText({ title, findings }: Section, language: Language): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length), 0);
  const lines = findings.map(
    ({ status, subject, said }) =>
      `  ${marks[status][language]}  ${subject.padEnd(width)}  ${oneLine(said[language])}`,
  );
  return [title[language], ...lines, ''].join('\n');
}

/** How many of each, in one line. */
export function summaryText(sections: readonly Section[], language: Language): string {
  const count = (wanted: Status) =>
    sections.flatMap(({ findings }) => findings).filter(({ status }) => status === wanted).length;
  return language === 'zh'
    ? `正常 ${count('ok')} 项，警告 ${count('warning')} 项，错误 ${count('wrong')} 项。`
    : `${count('ok')} ok, ${count('warning')} warning(s), ${count('wrong')} wrong.`;
}

/** The same for machines: the worst status, and every finding with the title of its section. */
export function reportJson(sections: readonly Section[], language: Language, more: object = {}): string {
  const findings = sections.flatMap(({ title, findings }) =>
    findings.map(({ subject, status, said }) => ({
      section: title.en,
      subject,
      status,
      message: oneLine(said[language]),
    })),
  );
  return JSON.stringify({ status: worstOf(sections), findings, ...more }, null, 2);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
