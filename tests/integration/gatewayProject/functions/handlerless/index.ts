export const handler = 'under another name';
