# needs: node
# Workers, children, a server, a watcher, the thread pool, web assembly.
cat > main.js << 'J'
const fs = require('fs'), child = require('child_process'), http = require('http'), net = require('net');
const { Worker } = require('worker_threads');
const steps = [
  () => console.log(child.execSync('echo child').toString().trim()),
  () => new Promise((done) => new Worker('require("child_process").execSync("true")', { eval: true }).on('exit', done)),
  () => new Promise((done) => {
    const server = http.createServer((_, answer) => answer.end('page')).listen(0, '127.0.0.1', () =>
      http.get({ port: server.address().port, host: '127.0.0.1' }, (r) => { r.resume(); server.close(done); }));
  }),
  () => new Promise((done) => { const s = net.createServer().listen('./s.sock', () => s.close(done)); }),
  () => new Promise((done) => require('dgram').createSocket('udp4').bind(0, function () { this.close(done); })),
  () => new Promise((done) => require('dns').lookup('localhost', done)),
  () => new Promise((done) => require('crypto').pbkdf2('a', 'b', 1000, 10, 'sha1', done)),
  () => { fs.writeFileSync('a', 'x'); fs.watch('a', () => {}).close(); fs.copyFileSync('a', 'b'); },
  () => WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  () => { require('os').setPriority(5); require('os').networkInterfaces(); },
];
(async () => { for (const step of steps) { await step(); console.log('done'); } })();
J
node main.js
UV_USE_IO_URING=1 node -e 'require("fs").readFile("main.js", () => console.log("read"))'
