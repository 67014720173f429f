// Node's sockets under `jumun run`, for programs that heed no proxy variable: docs/decisions/hooks.md.
'use strict'

const net = require('net')

const { JUMUN_HOSTS, JUMUN_RUN_TLS_PORT, JUMUN_URL, JUMUN_ALLOWED_HOSTS, JUMUN_PROXY_URL } = process.env
const REPORT_MS = 2000

if (JUMUN_HOSTS && JUMUN_RUN_TLS_PORT && JUMUN_URL && JUMUN_PROXY_URL) {
  guard({
    hosts: new Set(names(JUMUN_HOSTS)),
    allowed: names(JUMUN_ALLOWED_HOSTS || ''),
    tlsPort: Number(JUMUN_RUN_TLS_PORT),
    plainPort: Number(new URL(JUMUN_URL).port),
    proxy: { host: new URL(JUMUN_PROXY_URL).hostname, port: Number(new URL(JUMUN_PROXY_URL).port) },
  })
}

// tls.connect, both agents, undici and so fetch all end in this one method.
function guard(rules) {
  const connect = net.Socket.prototype.connect
  net.Socket.prototype.connect = function (...args) {
    // net.connect hands on what it has normalised already: [options, callback].
    const [options, callback] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args)
    const host = plain(options.host || 'localhost')
    if (options.path || isFree(rules, host)) return connect.apply(this, args)
    // TLS reads its names from the options that it was called with, so these are not touched. The name stays, and
    // only what it resolves to is ours: the events of a socket come as they would in production.
    const there = rules.hosts.has(host)
      ? { port: Number(options.port) === 80 ? rules.plainPort : rules.tlsPort, lookup: resolveToLoopback }
      // An address would not be looked up. A name that cannot be is never reached, whatever else goes wrong.
      : { host: 'blocked.invalid', lookup: refuse(rules, connect, host, options.port) }
    return connect.call(this, { ...options, ...there }, callback)
  }
}

function names(joined) {
  return joined.split(',').map(plain).filter(Boolean)
}

function plain(host) {
  return String(host).trim().toLowerCase().replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1')
}

function isFree({ allowed }, host) {
  const fits = (each) => (each.startsWith('*.') ? host.endsWith(each.slice(1)) : host === each)
  return isLoopback(host) || allowed.some(fits)
}

function isLoopback(host) {
  if (net.isIPv4(host)) return host.startsWith('127.') || host === '0.0.0.0'
  if (net.isIPv6(host)) return host === '::1' || host === '::' || host.startsWith('::ffff:127.')
  return host === 'localhost' || host.endsWith('.localhost')
}

function resolveToLoopback(_, { all }, callback) {
  if (all) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

function refuse({ proxy }, connect, host, port) {
  const message = `Blocked by Jumun: ${host} is not a double (--allow-host ${host})`
  const error = Object.assign(new Error(message), { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host })
  return (_, __, callback) => {
    // The proxy refuses the host as well and counts it for the summary. First it answers, then the program hears of
    // it: by then it may end at once.
    const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`
    const report = new net.Socket()
    report.on('error', () => {}).once('close', () => callback(error))
    report.setTimeout(REPORT_MS, () => report.destroy())
    report.once('data', () => report.destroy())
    connect.call(report, proxy, () => report.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`))
  }
}
