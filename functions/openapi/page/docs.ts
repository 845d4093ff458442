/** What the page says while it works; the server put it there in the language of the page. */
const { copy = '', copied = '', sending = '', noAnswer = '', address = '' } = document.body.dataset;

/** Where the page came from. What stands in front of its own path there belongs to every path of the backend. */
const base = location.pathname.replace(/\/docs\/?$/, '');
const backend = location.origin + base;

/** The access token of the last login on this page, and what an operator typed. */
const tokens = { user: '', operator: '' };

const articles = [...document.querySelectorAll<HTMLElement>('article')];

function filter(asked: string): void {
  const terms = asked.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const article of articles) {
    const text = (article.textContent ?? '').toLowerCase();
    article.hidden = !terms.every((term) => text.includes(term));
    if (!article.hidden) count += 1;
    const entry = [...document.querySelectorAll<HTMLElement>('nav li')].find(
      (item) => item.dataset['of'] === article.dataset['path'],
    );
    if (entry !== undefined) entry.hidden = article.hidden;
  }
  for (const chapter of document.querySelectorAll<HTMLElement>('[data-chapter]'))
    chapter.hidden = chapter.querySelector('article:not([hidden])') === null;
  for (const group of document.querySelectorAll<HTMLElement>('[data-group]'))
    group.hidden = group.querySelector('li:not([hidden])') === null;
  const found = document.getElementById('found');
  if (found !== null) found.textContent = String(count);
}

/** Samples are typed into a shell: a path that may mean something there does not get into them. */
function nameBackend(sample: HTMLElement): void {
  const code = sample.querySelector('code');
  if (code === null || address === '' || !/^(\/[\w.~-]+)*$/.test(base)) return;
  code.textContent = (code.textContent ?? '').replaceAll(address, backend);
}

function addCopyButton(sample: HTMLElement): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = copy;
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(sample.querySelector('code')?.textContent ?? '').then(() => {
      button.textContent = copied;
      setTimeout(() => (button.textContent = copy), 2_000);
    });
  });
  sample.append(button);
}

/** Puts a form into an endpoint that sends its input to where the page came from. */
function addForm(place: HTMLElement): void {
  const article = place.closest<HTMLElement>('article');
  const template = document.getElementById('try');
  if (article === null || !(template instanceof HTMLTemplateElement)) return;
  place.append(template.content.cloneNode(true));
  const form = place.querySelector('form');
  const input = place.querySelector('textarea');
  const token = place.querySelector('input');
  const result = place.querySelector<HTMLElement>('.result');
  if (form === null || input === null || token === null || result === null) return;
  const { access = 'public', path = '' } = article.dataset;
  const holder = access === 'operator' ? 'operator' : 'user';
  const example: unknown = JSON.parse(place.dataset['example'] ?? '{}');
  input.value = JSON.stringify(example, null, 2);
  for (const part of place.querySelectorAll<HTMLElement>('.token, .hint')) part.hidden = access === 'public';
  place.querySelector('details')?.addEventListener('toggle', () => (token.value ||= tokens[holder]));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (access !== 'public') tokens[holder] = token.value.trim();
    result.textContent = sending;
    void send(path, input.value, access === 'public' ? '' : tokens[holder]).then((text) => {
      result.textContent = text;
    });
  });
}

async function send(path: string, body: string, token: string): Promise<string> {
  try {
    const response = await fetch(backend + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      },
      body,
    });
    const text = await response.text();
    keepToken(text);
    return `HTTP ${response.status}\n${indented(text)}`;
  } catch (error) {
    return noAnswer + (error instanceof Error ? error.message : String(error));
  }
}

function keepToken(text: string): void {
  const token = /"accessToken":"([^"]+)"/.exec(text)?.[1];
  if (token !== undefined) tokens.user = token;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

for (const sample of document.querySelectorAll<HTMLElement>('.sample')) {
  nameBackend(sample);
  addCopyButton(sample);
}
for (const place of document.querySelectorAll<HTMLElement>('.try')) addForm(place);
const search = document.getElementById('search');
if (search instanceof HTMLInputElement) {
  search.addEventListener('input', () => filter(search.value));
  filter(search.value);
}
