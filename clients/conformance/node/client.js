// Calls with @grpc/grpc-js and the published config. The README tells the arguments.
'use strict';

const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');

const CONVERSATION = 'minhacarona.v1.CaronaService/StreamCaronasUpdates';
const LISTS = [
  'minhacarona.v1.CaronaService/ListCaronasDisponiveis',
  'minhacarona.v1.ReservaService/GetReservas',
];

// A busy machine must not end a call before its last attempt.
const PATIENCE = 30;

const [target, config, timeoutsFile, failing] = process.argv.slice(2);
const timeouts = JSON.parse(fs.readFileSync(timeoutsFile, 'utf8'));
const client = new grpc.Client(target, grpc.credentials.createInsecure(), {
  'grpc.service_config': fs.readFileSync(config, 'utf8'),
});

function call(method, run, seconds) {
  const metadata = new grpc.Metadata();
  metadata.set('x-run', run);
  const options = { deadline: Date.now() + seconds * 1000 };
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
  await call(failing, 'connecting', PATIENCE);
  for (const method of Object.keys(timeouts)) {
    if (method !== CONVERSATION) {
      await call(method, 'deadline', parseFloat(timeouts[method]));
    }
  }
  const failed = await call(failing, 'failing', PATIENCE).then(() => false, () => true);
  client.close();
  process.exit(failed ? 0 : 1);
}

main();
