/** Made by the build of functions/watch/page (scripts/buildPage.ts). */
declare module 'watch-page' {
  // A declared module may not import by a relative name.
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  const files: import('./pageFiles').PageFiles;
  export default files;
}
