// A registry of packages on loopback, for package managers that are run for real. What it has is what the test says.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** By name and version: what it depends on. */
export type Packages = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

export interface Registry {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** From now on it has these too. */
  publish(packages: Packages): void;
  /** From now on it does not have this one. */
  withdraw(name: string, version: string): void;
}

export async function startRegistry(packages: Packages): Promise<Registry> {
  const known = new Map<string, Map<string, Readonly<Record<string, string>>>>();
  const asked: string[] = [];
  const publish = (more: Packages) => {
    for (const [name, versions] of Object.entries(more))
      known.set(name, new Map([...(known.get(name) ?? []), ...Object.entries(versions)]));
  };
  publish(packages);
  const server = createServer((request, response) => {
    const place = decodeURIComponent(request.url ?? '').replace(/\?.*$/, '');
    asked.push(place);
    const [, tarred, at] = /^\/([^/]+)\/-\/[^/]+-(\d+\.\d+\.\d+)\.tgz$/.exec(place) ?? [];
    const depends = known.get(tarred ?? '')?.get(at ?? '');
    if (tarred && at && depends) return void response.end(tarball(tarred, at, depends));
    const versions = known.get(place.slice(1));
    if (!versions) return void response.writeHead(404).end('{}');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(document(place.slice(1), versions, url)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const withdraw = (name: string, version: string) => void known.get(name)?.delete(version);
  return { url, asked, publish, withdraw };
}

function document(
  name: string,
  versions: ReadonlyMap<string, Readonly<Record<string, string>>>,
  url: string,
) {
  const latest = [...versions.keys()].at(-1);
  const all = [...versions].map(([version, dependencies]) => {
    const bytes = tarball(name, version, dependencies);
    const dist = {
      tarball: `${url}${name}/-/${name}-${version}.tgz`,
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
      shasum: createHash('sha1').update(bytes).digest('hex'),
    };
    return [version, { name, version, dependencies, dist }] as const;
  });
  // Long ago: what is new may be waited for.
  const time = Object.fromEntries(
    [...versions.keys()].map((version) => [version, '2020-01-01T00:00:00.000Z']),
  );
  return { name, 'dist-tags': { latest }, versions: Object.fromEntries(all), time };
}

/** A tar of one file, `package/package.json`, the same each time. */
function tarball(name: string, version: string, dependencies: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.from(JSON.stringify({ name, version, dependencies }));
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write('package/package.json', 0);
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(body.length, 12) + octal(0, 12), 100);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${octal(sum, 7)} `, 148);
  const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
  return gzipSync(Buffer.concat([header, body, padding, Buffer.alloc(1024)]), { level: 9 });
}
