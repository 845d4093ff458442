/** What scripts/build.ts puts in: the texts of `Documentation`, as JSON, compressed with Brotli, in base64. */
declare module 'documentation:packed' {
  const packed: string;
  export default packed;
}
