import { generate } from 'selfsigned';

/** A certificate for some hosts, and the authority that signed it; all PEM. */
export interface Certificate {
  readonly authority: string;
  readonly key: string;
  readonly certificate: string;
}

/** Made anew for every run: nothing that could sign anything is kept anywhere. @param hosts may have a `*` as first label */
export async function makeCertificate(hosts: readonly string[]): Promise<Certificate> {
  const authority = await generate([{ name: 'commonName', value: 'authority of the tests' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'cloud of the tests' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  return { authority: authority.cert, key: leaf.private, certificate: leaf.cert };
}
