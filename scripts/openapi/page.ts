import { html, type Markup } from '../../functions/watch/markup';
import type { Access } from '../../shared/command';
import { failures } from '../../shared/http/errors';
import { cloudPaths } from './cloudPaths';
import { byGet, commandNames, commands, type CommandName } from './commands';
import { typeName, type OpenapiDocument } from './document';
import { failuresOf, meanings, nativeFailures } from './failures';
import { labels, textIn, type Language } from './labels';
import { membersTable } from './membersTable';
import { introduction, sectionOf, sections } from './sections';
import { words } from './words';

/** Where `npm start` is. The page's script puts the address in its place that the page was opened at. */
const localAddress = 'http://127.0.0.1:9000';

/** The readable form of the document, in one language: a page that needs only docs/docs.css and docs/docs.js beside it. */
export function makePage(document: OpenapiDocument, language: Language): string {
  const say = labels[language];
  const version = String(document.info['version']);
  return html`<!doctype html>
    <html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Xiaozhibo serverless API</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="docs/docs.css" />
        <script src="docs/docs.js" defer></script>
      </head>
      <body
        data-copy="${say.copy}"
        data-copied="${say.copied}"
        data-sending="${say.sending}"
        data-no-answer="${say.noAnswer}"
        data-address="${localAddress}"
      >
        <a class="skip" href="#content">${say.skip}</a>
        <header>
          <p class="name">Xiaozhibo serverless <span>${version}</span></p>
          <p class="links">
            <a href="openapi.json">${say.document}</a>
            <a href="?lang=${language === 'zh' ? 'en' : 'zh'}" lang="${language === 'zh' ? 'en' : 'zh-CN'}"
              >${say.other}</a
            >
          </p>
        </header>
        <div class="columns">
          ${contents(language)}
          <main id="content">
            <h1>API</h1>
            ${conventions(language)} ${sections.map((section) => chapter(document, section.name, language))}
          </main>
        </div>
        ${tryTemplate(language)}
      </body>
    </html>`.markup;
}

function contents(language: Language): Markup {
  const say = labels[language];
  return html`<nav aria-label="${say.contents}">
    <label for="search">${say.search}</label>
    <input id="search" type="search" autocomplete="off" spellcheck="false" />
    <p role="status">
      <span id="found">${commandNames().length + Object.keys(cloudPaths()).length}</span> ${say.found}
    </p>
    ${sections.map(
      ({ name, title }) =>
        html`<div data-group>
          <a class="group" href="#${name}">${title[language]}</a>
          <ul>
            ${endpointsOf(name).map(
              (path) => html`<li data-of="${path}"><a href="#${path}">${path.slice(1)}</a></li>`,
            )}
          </ul>
        </div>`,
    )}
  </nav>`;
}

/** The paths of a section, as the document has them. */
function endpointsOf(section: string): string[] {
  if (section === 'cloud') return Object.keys(cloudPaths());
  return commandNames()
    .filter((name) => sectionOf(name) === section)
    .map((name) => `/${name}`);
}

function conventions(language: Language): Markup {
  const say = labels[language];
  return html`<section class="about" aria-labelledby="how">
    <h2 id="how">${say.conventions}</h2>
    <p>${introduction[language].replaceAll('`', '')}</p>
    <p>${say.curlFirst}</p>
    ${sample(`TOKEN=$(${curl('account/login')} | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')\n${curl('getPushUrl')}`)}
    <h3>${say.failures}</h3>
    <p>${say.failuresAbout}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="${say.failures}">
      <table>
        <thead>
          <tr>
            <th scope="col">${say.status}</th>
            <th scope="col">returnValue</th>
            <th scope="col">${say.name}</th>
            <th scope="col">${say.meaning}</th>
          </tr>
        </thead>
        <tbody>
          ${nativeFailures().map(
            (code) =>
              html`<tr>
                <td>${failures[code].status}</td>
                <td>${failures[code].returnValue}</td>
                <td><code>${code}</code></td>
                <td>${meanings[code][language]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function chapter(document: OpenapiDocument, name: string, language: Language): Markup {
  const section = sections.find((one) => one.name === name);
  return html`<section data-chapter aria-labelledby="${name}">
    <h2 id="${name}">${section?.title[language]}</h2>
    <p>${section?.about[language]}</p>
    ${
      name === 'cloud'
        ? cloudEndpoints(language)
        : commandNames()
            .filter((command) => sectionOf(command) === name)
            .map((command) => endpoint(document, command, language))
    }
  </section>`;
}

function endpoint(document: OpenapiDocument, name: CommandName, language: Language): Markup {
  const say = labels[language];
  const { summary, more, output } = words[name];
  const { schemas } = document.components;
  const access: Access = commands[name].access;
  const codes = failuresOf(name).map((code) => html`<code>${code}</code> `);
  return html`<article id="/${name}" data-path="/${name}" data-access="${access}">
    ${heading('POST', `/${name}`)}
    <p class="summary">${summary[language]}</p>
    ${more === undefined ? undefined : html`<p>${more[language]}</p>`}
    <p class="access access-${access}">${say.access[access]} ${byGet.has(name) ? say.alsoGet : undefined}</p>
    <h4>${say.input}</h4>
    ${membersTable(schemas, typeName(name), 'Input', language) ?? html`<p>${say.noInput}</p>`}
    <h4>${say.output}</h4>
    ${membersTable(schemas, typeName(name), 'Output', language) ?? html`<p>${say.noOutput}</p>`}
    <p class="failures">${say.canFail}: ${codes}</p>
    <h4>curl</h4>
    ${sample(curl(name))}
    <details>
      <summary>${say.answer}</summary>
      ${sample(JSON.stringify({ returnValue: 0, returnMsg: 'ok', returnData: output }, null, 2))}
    </details>
    <div class="try" data-example="${JSON.stringify(words[name].input)}"></div>
  </article>`;
}

function cloudEndpoints(language: Language): Markup[] {
  return Object.entries(cloudPaths()).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const call = method === 'get' ? [html`<h4>curl</h4>`, sample(`curl -s ${localAddress}${path}`)] : [];
      return html`<article id="${path}" data-path="${path}" data-access="cloud">
        ${heading(method.toUpperCase(), path)}
        <p class="summary">${textIn(operation, 'summary', language)}</p>
        <p>${textIn(operation, 'description', language)}</p>
        <p class="access access-cloud">${labels[language].access.cloud}</p>
        ${call}
      </article>`;
    }),
  );
}

function heading(method: string, path: string): Markup {
  return html`<h3>
    <span class="method">${method}</span> <code>${path}</code>
    <a class="anchor" href="#${path}" aria-label="#${path}">#</a>
  </h3>`;
}

function sample(text: string): Markup {
  return html`<div class="sample">
    <pre tabindex="0"><code>${text}</code></pre>
  </div>`;
}

/** A call that works when it is typed, once TOKEN and ADMIN_TOKEN are set. */
function curl(name: CommandName): string {
  const { access } = commands[name];
  const variable = access === 'operator' ? 'ADMIN_TOKEN' : 'TOKEN';
  const header = access === 'public' ? '' : ` -H "Authorization: Bearer $${variable}"`;
  return `curl -s ${localAddress}/${name}${header} -d '${JSON.stringify(words[name].input)}'`;
}

function tryTemplate(language: Language): Markup {
  const say = labels[language];
  return html`<template id="try">
    <details>
      <summary>${say.tryIt}</summary>
      <form>
        <label class="token"
          >${say.token} <input name="token" type="text" autocomplete="off" spellcheck="false"
        /></label>
        <p class="hint">${say.tokenHint}</p>
        <label>${say.body} <textarea name="body" rows="6" spellcheck="false"></textarea></label>
        <button type="submit">${say.send}</button>
      </form>
      <pre class="result" role="status" tabindex="0"></pre>
    </details>
  </template>`;
}
