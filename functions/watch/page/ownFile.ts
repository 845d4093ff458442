/** When the page was last loaded anew for a file, in the session storage. */
const place = 'xiaozhibo.reloaded';

/** Not more often than this, milliseconds: what is missing after that is missing for another reason. */
const atMostEvery = 60_000;

/**
 * Loads a file of our own. A deployment gives each file another name and takes the old ones away: where the page can be
 * had and the file cannot, the page is loaded anew, which then asks for the new one.
 * @throws what the loading throws
 */
export async function ownFile<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (await isServed(window.location.href)) reload();
    throw error;
  }
}

async function isServed(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { method: 'HEAD' })).ok;
  } catch {
    return false;
  }
}

function reload(): void {
  try {
    const last = Number(sessionStorage.getItem(place) ?? -Infinity);
    if (Math.abs(Date.now() - last) < atMostEvery) return;
    sessionStorage.setItem(place, String(Date.now()));
    window.location.reload();
  } catch {
    // Without a memory it might go on for ever.
  }
}
