/** One answer of FetchList as a client has read it. */
export interface Page {
  total: number;
  items: unknown[];
}

/** Asks for a page of 20, from 1. */
export type FetchPage = (pageno: number) => Promise<Page>;

/** How one build pages: what it holds in the end. */
export type PagingApp = (fetch: FetchPage) => Promise<unknown[]>;

const pageSize = 20;

/** Android 1.9 and 3.7: until the total is collected, or by the total no page is left, or a page is empty. */
export const android37: PagingApp = async (fetch) => {
  const collected: unknown[] = [];
  for (let pageno = 1; ; pageno += 1) {
    const { total, items } = await fetch(pageno);
    collected.push(...items);
    if (collected.length >= total || pageno * pageSize >= total || items.length === 0) return collected;
  }
};

/** Android of November 2016: until the total is exactly collected or a page is empty; the page follows from what it holds. */
export const android2016: PagingApp = async (fetch) => {
  const collected: unknown[] = [];
  for (;;) {
    const { total, items } = await fetch(Math.floor(collected.length / pageSize) + 1);
    collected.push(...items);
    if (collected.length === total || items.length === 0) return collected;
  }
};

/** iOS: on scroll, while what was asked for is not more than the total. It looks into a list only when total > 0. */
export const ios: PagingApp = async (fetch) => {
  const collected: unknown[] = [];
  for (let pageno = 1; ; pageno += 1) {
    const { total, items } = await fetch(pageno);
    if (total > 0) collected.push(...items);
    if (pageno * pageSize > total) return collected;
  }
};

/** Lets a client page, but not for ever. */
export async function pageThrough(
  app: PagingApp,
  fetch: FetchPage,
  mostRequests: number,
): Promise<unknown[]> {
  let requests = 0;
  return app(async (pageno) => {
    requests += 1;
    if (requests > mostRequests) throw new Error(`does not end: request ${requests} is for page ${pageno}`);
    return fetch(pageno);
  });
}
