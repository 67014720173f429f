"""Programs that the hooks of `jumun run` must guide: each makes `call`, which gives the body that a URL answers with.

RUN_IN_NODE and RUN_IN_PYTHON, put behind one, print a JSON list of the outcome of the URLs given as arguments.
"""

from __future__ import annotations

import sys

NODE_PROGRAMS = {
    "fetch": "const call = async (url) => (await fetch(url)).text()",
    "http and https": """
const call = (url) => new Promise((resolve, reject) => {
  require(new URL(url).protocol.slice(0, -1)).get(url, (answer) => {
    answer.setEncoding('utf8').on('data', resolve)
  }).on('error', reject)
})""",
    "net and tls": """
const call = (url) => new Promise((resolve, reject) => {
  const { protocol, host, hostname, port, pathname } = new URL(url)
  const secure = protocol === 'https:'
  const socket = require('net').connect(port || (secure ? 443 : 80), hostname.replace(/[[\\]]/g, ''))
  const ready = () => {
    const over = secure ? require('tls').connect({ socket, servername: hostname }) : socket
    over.on('error', reject).write(`GET ${pathname} HTTP/1.0\\r\\nHost: ${host}\\r\\n\\r\\n`)
    let text = ''
    over.setEncoding('utf8').on('data', (part) => { text += part })
    over.on('end', () => resolve(text.split('\\r\\n\\r\\n')[1]))
  }
  socket.on('error', reject).on('connect', ready)
})""",
    "worker": """
const { Worker } = require('worker_threads')
const code = `
const { parentPort, workerData } = require('worker_threads')
fetch(workerData).then((answer) => answer.text()).then(
  (text) => parentPort.postMessage({ text }), (error) => parentPort.postMessage({ message: error.cause.message }))`
const call = async (url) => {
  const [{ text, message }] = await require('events').once(new Worker(code, { eval: true, workerData: url }), 'message')
  if (message) throw new Error(message)
  return text
}""",
}
RUN_IN_NODE = """
const main = async () => {
  const seen = []
  for (const url of process.argv.slice(2)) seen.push(await call(url).catch((error) => (error.cause || error).message))
  console.log(JSON.stringify(seen))
}
main()
"""

_READ_RAW = """
def read(stream, url):
    stream.sendall(f"GET {url.path} HTTP/1.0\\r\\nHost: {url.netloc}\\r\\n\\r\\n".encode())
    return stream.makefile("rb").read().decode().partition("\\r\\n\\r\\n")[2]

def wrap(plug, url):
    if url.scheme == "http":
        return plug
    return ssl.create_default_context().wrap_socket(plug, server_hostname=url.hostname)
"""
_STREAMS = """
import asyncio, ssl
from urllib.parse import urlsplit
async def fetch(url):
    url = urlsplit(url)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(url.hostname, port, ssl=secure or None)
    writer.write(f"GET {url.path} HTTP/1.0\\r\\nHost: {url.netloc}\\r\\n\\r\\n".encode())
    text = (await reader.read()).decode().partition("\\r\\n\\r\\n")[2]
    writer.close()
    return text
"""
_HTTPX = """
import asyncio, httpx
async def fetch(url):
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(url)).text
"""
PYTHON_PROGRAMS = {
    "urllib": "from urllib.request import urlopen\ncall = lambda url: urlopen(url).read().decode()",
    "requests": """
import requests
session = requests.Session()
session.trust_env = False
call = lambda url: session.get(url).text""",
    "httpx": "import httpx\ncall = lambda url: httpx.get(url, trust_env=False).text",
    "httpx, asyncio": _HTTPX + "call = lambda url: asyncio.run(fetch(url))",
    "asyncio": _STREAMS + "call = lambda url: asyncio.run(fetch(url))",
    "connect by name": f"""
import socket, ssl
from urllib.parse import urlsplit
{_READ_RAW}
def call(text):
    url = urlsplit(text)
    with socket.socket(socket.AF_INET6 if ":" in url.hostname else socket.AF_INET) as plug:
        plug.connect((url.hostname, url.port or (443 if url.scheme == "https" else 80)))
        with wrap(plug, url) as stream:
            return read(stream, url)""",
    "gethostbyname": f"""
import socket, ssl
from urllib.parse import urlsplit
{_READ_RAW}
def call(text):
    url = urlsplit(text)
    host = url.hostname if ":" in url.hostname else socket.gethostbyname(url.hostname)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as plug:
        plug.connect((host, url.port or (443 if url.scheme == "https" else 80)))
        with wrap(plug, url) as stream:
            return read(stream, url)""",
}
if sys.platform != "win32":
    PYTHON_PROGRAMS |= {
        "uvloop": _STREAMS + "import uvloop\ncall = lambda url: uvloop.run(fetch(url))",
        "uvloop, httpx": _HTTPX + "import uvloop\ncall = lambda url: uvloop.run(fetch(url))",
    }
# anyio tries every address of a host, and does not report their outcome through httpcore.
LOST_REASONS: dict[str, str] = dict.fromkeys(("httpx, asyncio", "uvloop, httpx"), "All connection attempts failed")
RUN_IN_PYTHON = """
import json, sys, traceback
def outcome(url):
    try:
        return call(url)
    except Exception as error:
        return "".join(traceback.format_exception(error))
print(json.dumps([outcome(url) for url in sys.argv[1:]]))
"""
