// Every object of a manifest against the API's schemas, and the names by which objects point at each other.
// usage: node check.mjs MANIFEST   (beside node_modules with kubernetes-models and yaml)
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseAllDocuments } from 'yaml';

const require = createRequire(import.meta.url);
const documents = parseAllDocuments(readFileSync(process.argv[2], 'utf8'));
const errors = documents.flatMap(document => document.errors.map(error => error.message));
const objects = documents.map(document => document.toJS());
const named = (kind, name) => objects.find(object => object.kind === kind && object.metadata.name === name);
const want = (holds, what) => holds || errors.push(what);

for (const object of objects) {
  const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
  const who = `${object.kind} ${object.metadata.name}`;
  const models = require(`kubernetes-models/${group || 'v1'}${group ? '/' + version : ''}`);
  try {
    new models[object.kind](object).validate();
  } catch (error) {
    errors.push(`${who}: ${error.message}`);
  }
  want(object.kind === 'Namespace' || object.metadata.namespace === 'agroconnect', `${who} is in no namespace.`);
}

const deployment = named('Deployment', 'agroconnect').spec;
const pod = deployment.template;
const container = pod.spec.containers[0];
const ports = new Set(container.ports.map(port => port.name));
const matches = selector => Object.entries(selector).every(([name, value]) => pod.metadata.labels[name] === value);
want(matches(deployment.selector.matchLabels), 'The Deployment does not select its own pods.');
want(matches(named('PodDisruptionBudget', 'agroconnect').spec.selector.matchLabels), 'The PodDisruptionBudget selects no pods.');
want(matches(named('NetworkPolicy', 'agroconnect').spec.podSelector.matchLabels), 'The NetworkPolicy selects no pods.');
want(named('HorizontalPodAutoscaler', 'agroconnect').spec.scaleTargetRef.name === 'agroconnect', 'The HorizontalPodAutoscaler scales nothing.');
want(named('ServiceAccount', pod.spec.serviceAccountName), 'The ServiceAccount is missing.');
for (const source of container.envFrom) {
  want(source.configMapRef ? named('ConfigMap', source.configMapRef.name) : named('Secret', source.secretRef.name), `${JSON.stringify(source)} is missing.`);
}
for (const volume of pod.spec.volumes.filter(volume => volume.persistentVolumeClaim)) {
  want(named('PersistentVolumeClaim', volume.persistentVolumeClaim.claimName), `The claim of ${volume.name} is missing.`);
}
for (const mount of container.volumeMounts) {
  want(pod.spec.volumes.some(volume => volume.name === mount.name), `The volume ${mount.name} is missing.`);
}
for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
  want(ports.has(probe.httpGet.port), `A probe asks the port ${probe.httpGet.port}, which is missing.`);
}
want(matches(named('Service', 'agroconnect').spec.selector) && ports.has(named('Service', 'agroconnect').spec.ports[0].targetPort), 'The Service reaches no pod.');
for (const { backend } of named('Ingress', 'agroconnect').spec.rules.flatMap(rule => rule.http.paths)) {
  want(named('Service', backend.service.name)?.spec.ports.some(port => port.name === backend.service.port.name), `The Ingress leads to ${backend.service.name}, which is missing.`);
}
want(pod.spec.terminationGracePeriodSeconds > 30 + Number(named('ConfigMap', 'agroconnect').data.Shutdown__DrainDelay.split(':')[2]), 'Pods are killed before they have drained.');

for (const error of errors) console.error(error);
console.log(`${objects.length} objects, ${errors.length} errors`);
process.exit(errors.length > 0 ? 1 : 0);
