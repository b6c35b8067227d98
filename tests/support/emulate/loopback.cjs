// Loaded before the emulator (node --require): it has no option for the host and would listen on all interfaces, and a
// fixed port may be taken. Every server of this process listens on 127.0.0.1, on a port that the system chooses, which
// is written to the descriptor that EMULATE_PORT_DESCRIPTOR names. The process ends when its stdin does, so that it cannot
// outlive the tests.
"use strict";
const fs = require("node:fs");
const net = require("node:net");

const descriptor = Number(process.env.EMULATE_PORT_DESCRIPTOR);
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const done = args.find((arg) => typeof arg === "function");
  this.once("listening", () => fs.writeSync(descriptor, `${this.address().address} ${this.address().port}\n`));
  return listen.call(this, { host: "127.0.0.1", port: 0 }, done);
};

process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();
