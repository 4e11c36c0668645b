# Policy: nodejs. Needs: node.
cat > work.js <<'END'
const { Worker } = require('worker_threads');
const { execFileSync, spawn, fork } = require('child_process');
const assert = require('assert');
assert.equal(execFileSync('sh', ['-c', 'echo 42']).toString(), '42\n');
const workers = [1, 2, 3, 4].map(n => new Promise((done, failed) => {
  const worker = new Worker(`require('worker_threads').parentPort.postMessage(${n} * ${n})`, { eval: true });
  worker.on('message', done);
  worker.on('error', failed);
}));
const child = new Promise(done => {
  const cat = spawn('cat');
  cat.stdout.on('data', text => done(text.toString()));
  cat.stdin.end('hello');
});
Promise.all([...workers, child]).then(all => {
  assert.deepEqual(all, [1, 4, 9, 16, 'hello']);
});
END
node work.js
