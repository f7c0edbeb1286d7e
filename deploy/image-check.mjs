// Makes the container image on an empty base, which a registry of this script's own serves, looks at what came out, and starts the program
// out of its layer by this machine's .NET. The real base is left to whoever can reach its registry.
// usage: node image-check.mjs PROJECT-FOLDER [MSBUILD-ARGUMENT...]
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
const archive = join(folder, 'image.tar');

/** What is wrong with the program in a folder: it is to be ready within a minute and to have its pages. */
async function start(app) {
  const site = 'http://127.0.0.1:58080';
  const settings = { ASPNETCORE_ENVIRONMENT: 'Production', urls: site, DataDirectory: join(folder, 'data'), Auth__SigningKey: randomBytes(32).toString('hex') };
  const program = spawn('dotnet', ['AgroConnect.dll'], { cwd: app, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...settings } });
  const ended = new Promise(done => program.on('exit', () => done(true)));
  try {
    for (let tries = 0; tries < 120; tries++) {
      if (await Promise.race([ended, new Promise(done => setTimeout(done, 500))])) return ['Its program ends.'];
      const answers = await Promise.all(['/health/ready', '/'].map(path => fetch(site + path).then(answer => answer.status, () => 0)));
      if (answers.every(status => status === 200)) return [];
    }
    return ['Its program is not ready after a minute.'];
  } finally {
    program.kill();
    await ended;
  }
}

try {
  const code = await new Promise(done => spawn('dotnet', [
    'publish', process.argv[2], '-c', 'Release', '-t:PublishContainer', `-p:ContainerBaseImage=${address}/base:1`, `-p:ContainerArchiveOutputPath=${archive}`, '--nologo', '-v', 'quiet', ...process.argv.slice(3),
  ], { stdio: 'inherit', env: { ...process.env, DOTNET_CONTAINER_INSECURE_REGISTRIES: address } }).on('exit', done));
  if (code !== 0) throw new Error(`dotnet publish ended with ${code}`);

  const read = name => JSON.parse(execFileSync('tar', ['-xOf', archive, name]));
  const [image] = read('manifest.json');
  const made = read(image.Config).config;
  const errors = [];
  const want = (holds, what) => holds || errors.push(what);
  want(image.RepoTags.some(tag => /^agroconnect:\d+\.\d+\.\d+$/.test(tag)), `It is not tagged with the version: ${image.RepoTags}`);
  want(made.User === '1654', `It runs as ${made.User}.`);
  want('8080/tcp' in made.ExposedPorts, `It exposes ${JSON.stringify(made.ExposedPorts)}.`);
  want(made.Env.includes('urls=http://*:8080') && made.Env.includes('DataDirectory=/data'), `Its settings are ${made.Env}.`);
  want(/dotnet AgroConnect\.dll$|AgroConnect$/.test([...(made.Entrypoint ?? []), ...(made.Cmd ?? [])].join(' ').replaceAll('/app/', '')), `It starts ${made.Entrypoint} ${made.Cmd}.`);
  const layer = join(folder, 'layer');
  mkdirSync(layer);
  execFileSync('tar', ['-xzf', '-', '-C', layer], { input: execFileSync('tar', ['-xOf', archive, image.Layers.at(-1)], { maxBuffer: 1 << 30 }) });
  for (const file of ['appsettings.json', 'knowledge.bin', 'web/index.html', 'libvips.so.42']) want(existsSync(join(layer, 'app', file)), `app/${file} is missing.`);
  errors.push(...await start(join(layer, 'app')));
  for (const error of errors) console.error(error);
  process.exitCode = errors.length ? 1 : 0;
} finally {
  registry.close();
  rmSync(folder, { recursive: true });
}
