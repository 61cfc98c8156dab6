// Calls with @grpc/grpc-js and the published config. The README tells the arguments.
'use strict';

const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');

const CONVERSATION = 'minhacarona.v1.CaronaService/StreamCaronasUpdates';
const LISTS = [
  'minhacarona.v1.CaronaService/ListCaronasDisponiveis',
  'minhacarona.v1.ReservaService/GetReservas',
];

const [target, config, timeoutsFile, failing] = process.argv.slice(2);
const timeouts = JSON.parse(fs.readFileSync(timeoutsFile, 'utf8'));
const client = new grpc.Client(target, grpc.credentials.createInsecure(), {
  'grpc.service_config': fs.readFileSync(config, 'utf8'),
});

function call(method, run) {
  const metadata = new grpc.Metadata();
  metadata.set('x-run', run);
  const options = { deadline: Date.now() + parseFloat(timeouts[method]) * 1000 };
  const same = (bytes) => bytes;
  const nothing = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    if (LISTS.includes(method)) {
      client
        .makeServerStreamRequest(`/${method}`, same, same, nothing, metadata, options)
        .on('data', () => {})
        .on('error', reject)
        .on('end', resolve);
    } else {
      client.makeUnaryRequest(`/${method}`, same, same, nothing, metadata, options, (error) =>
        error ? reject(error) : resolve(),
      );
    }
  });
}

async function main() {
  await call(failing, 'connecting');
  for (const method of Object.keys(timeouts)) {
    if (method !== CONVERSATION) {
      await call(method, 'deadline');
    }
  }
  const failed = await call(failing, 'failing').then(() => false, () => true);
  client.close();
  process.exit(failed ? 0 : 1);
}

main();
