// Makes the container image on an empty base, which a registry of this script's own serves, and looks at what came out. The real base is
// left to whoever can reach its registry.
// usage: node image-check.mjs PROJECT-FOLDER [MSBUILD-ARGUMENT...]
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const digest = bytes => 'sha256:' + createHash('sha256').update(bytes).digest('hex');
const media = 'application/vnd.docker.';
const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Env: ['PATH=/usr/bin'] }, rootfs: { type: 'layers', diff_ids: [] }, history: [] }));
const manifest = Buffer.from(JSON.stringify({
  schemaVersion: 2, mediaType: `${media}distribution.manifest.v2+json`, config: { mediaType: `${media}container.image.v1+json`, size: config.length, digest: digest(config) }, layers: [],
}));

const registry = createServer((request, response) => {
  const [body, type] = request.url.includes('/manifests/') ? [manifest, `${media}distribution.manifest.v2+json`]
    : request.url.endsWith(`/blobs/${digest(config)}`) ? [config, `${media}container.image.v1+json`] : [Buffer.from('{}'), 'application/json'];
  response.writeHead(200, { 'content-type': type, 'content-length': body.length, 'docker-content-digest': digest(body), 'docker-distribution-api-version': 'registry/2.0' });
  response.end(request.method === 'HEAD' ? undefined : body);
});
await new Promise(done => registry.listen(0, '127.0.0.1', done));
const address = `localhost:${registry.address().port}`;
const folder = mkdtempSync(join(tmpdir(), 'agroconnect-image-'));
const archive = join(folder, 'image.tar.gz');
try {
  const code = await new Promise(done => spawn('dotnet', [
    'publish', process.argv[2], '-c', 'Release', '-t:PublishContainer', `-p:ContainerBaseImage=${address}/base:1`, `-p:ContainerArchiveOutputPath=${archive}`, '--nologo', '-v', 'quiet', ...process.argv.slice(3),
  ], { stdio: 'inherit', env: { ...process.env, DOTNET_CONTAINER_INSECURE_REGISTRIES: address } }).on('exit', done));
  if (code !== 0) process.exit(code ?? 1);

  const read = name => JSON.parse(execFileSync('tar', ['-xzOf', archive, name]));
  const [image] = read('manifest.json');
  const made = read(image.Config).config;
  const errors = [];
  const want = (holds, what) => holds || errors.push(what);
  want(image.RepoTags.some(tag => /^agroconnect:\d+\.\d+\.\d+$/.test(tag)), `It is not tagged with the version: ${image.RepoTags}`);
  want(made.User === '1654', `It runs as ${made.User}.`);
  want('8080/tcp' in made.ExposedPorts, `It exposes ${JSON.stringify(made.ExposedPorts)}.`);
  want(made.Env.includes('urls=http://*:8080') && made.Env.includes('DataDirectory=/data'), `Its settings are ${made.Env}.`);
  want(/dotnet AgroConnect\.dll$|AgroConnect$/.test([...(made.Entrypoint ?? []), ...(made.Cmd ?? [])].join(' ').replaceAll('/app/', '')), `It starts ${made.Entrypoint} ${made.Cmd}.`);
  const files = execFileSync('tar', ['-xzOf', archive, image.Layers.at(-1)], { maxBuffer: 1 << 30 });
  const names = execFileSync('tar', ['-tzf', '-'], { input: files, maxBuffer: 1 << 28 }).toString();
  for (const file of ['app/AgroConnect.dll', 'app/appsettings.json', 'app/runtimes/linux-x64/native/libvips.so.42']) want(names.includes(file), `${file} is missing.`);
  for (const error of errors) console.error(error);
  process.exit(errors.length ? 1 : 0);
} finally {
  registry.close();
  rmSync(folder, { recursive: true });
}
