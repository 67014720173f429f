"""What a session's state is on the store: Lua scripts, each one atomic step.

All keys of a session begin with a prefix, given as the only key, so that they are in one slot of a cluster:

    v:FAMILY    a hash of values, as JSON, by name
    e:FAMILY    a sorted set of names by their ends
    l:LOG       a list of entries, each as COST:JSON
    last, cost  hashes of the newest number and of all costs, by log; in `last` the generation too
    keys        a set of the names of those that there are, for what concerns them all

The first argument is after how many seconds an idle session expires, 0 for never.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

GENERATION = "\0generation"
"""What no log is called."""


class Script(NamedTuple):
    """A script, with the digest by which a store that has it runs it."""

    text: bytes
    digest: bytes


_SHARED = """
local prefix, life = KEYS[1], tonumber(ARGV[1])

local function keep(key)
  if redis.call('SADD', prefix .. 'keys', key) == 1 and life > 0 then
    redis.call('EXPIRE', prefix .. key, life)
    redis.call('EXPIRE', prefix .. 'keys', life)
  end
end

local function forget(key)
  if redis.call('EXISTS', prefix .. key) == 0 then
    redis.call('SREM', prefix .. 'keys', key)
  end
end

-- Without an end; '' removes.
local function set(family, name, text)
  if redis.call('ZREM', prefix .. 'e:' .. family, name) == 1 then
    forget('e:' .. family)
  end
  if text ~= '' then
    if redis.call('HSET', prefix .. 'v:' .. family, name, text) == 1 then
      keep('v:' .. family)
    end
  elseif redis.call('HDEL', prefix .. 'v:' .. family, name) == 1 then
    forget('v:' .. family)
  end
end

local function push(log, text, at_most, cost, cost_at_most)
  local key = prefix .. 'l:' .. log
  local length = redis.call('RPUSH', key, cost .. ':' .. text)
  local number = redis.call('HINCRBY', prefix .. 'last', log, 1)
  local total = redis.call('HINCRBY', prefix .. 'cost', log, cost)
  if number == 1 then
    keep('l:' .. log)
    keep('last')
    keep('cost')
  end
  local dropped = 0
  while length > at_most or (cost_at_most > 0 and total - dropped > cost_at_most and length > 1) do
    dropped = dropped + tonumber(string.match(redis.call('LPOP', key), '^%d+'))
    length = length - 1
  end
  if dropped > 0 then
    redis.call('HINCRBY', prefix .. 'cost', log, -dropped)
  end
  redis.call('PUBLISH', prefix .. 'changed:' .. log, '')
  return number
end

local function drop()
  local generation = (redis.call('HGET', prefix .. 'last', '\0generation') or 0) + 1
  for _, key in ipairs(redis.call('SMEMBERS', prefix .. 'keys')) do
    redis.call('UNLINK', prefix .. key)
  end
  redis.call('UNLINK', prefix .. 'keys')
  redis.call('HSET', prefix .. 'last', '\0generation', generation)
  keep('last')
end
"""


def _script(body: str) -> Script:
    text = (_SHARED + body).encode()
    return Script(text, hashlib.sha1(text).hexdigest().encode())  # noqa: S324 - the store's own name for it


WRITE = _script("""
local family, name, now, ending = ARGV[2], ARGV[3], ARGV[5], ARGV[6]
set(family, name, ARGV[4])
if ending ~= '' then
  redis.call('ZADD', prefix .. 'e:' .. family, ending, name)
  keep('e:' .. family)
  for _, due in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'e:' .. family, '-inf', now, 'LIMIT', 0, 1000)) do
    set(family, due, '')
  end
end
""")
"""Arguments: family, name, text, now, end or ''."""

SWAP = _script("""
local found = redis.call('HGET', prefix .. 'v:' .. ARGV[2], ARGV[3]) or ''
if found ~= ARGV[4] then
  return found
end
for each = 6, #ARGV, 4 do
  local after = ARGV[each + 3]
  if after ~= '' and (redis.call('HGET', prefix .. 'last', ARGV[each]) or '0') ~= after then
    return 0
  end
end
set(ARGV[2], ARGV[3], ARGV[5])
for each = 6, #ARGV, 4 do
  push(ARGV[each], ARGV[each + 1], tonumber(ARGV[each + 2]), 0, 0)
end
return 1
""")
"""Arguments: family, name, old text, new text, and log, text, bound, number or '' of each append.

1; 0 where a log has a newer entry; the text that was found where that is not the old one.
"""

COUNT = _script("""
local number = redis.call('HINCRBY', prefix .. 'v:' .. ARGV[2], ARGV[3], ARGV[4])
if number == tonumber(ARGV[4]) then
  keep('v:' .. ARGV[2])
end
return number
""")
"""Arguments: family, name, summand. The new count."""

TAKE = _script("""
local key, name = prefix .. 'v:' .. ARGV[2], ARGV[3]
local rate, burst, now, at_most = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local function read(text)
  local level, at = string.match(text, '^%[(.*),(.*)%]$')
  return tonumber(level), tonumber(at)
end
local level, at = burst, now
local found = redis.call('HGET', key, name)
if found then
  level, at = read(found)
  if now > at then
    level, at = math.min(burst, level + (now - at) * rate), now
  elseif (at - now) * rate > burst then
    at = now
  end
elseif redis.call('HLEN', key) >= at_most then
  -- The tenth that was used least recently is full again.
  local buckets, all = {}, redis.call('HGETALL', key)
  for each = 1, #all, 2 do
    local _, used = read(all[each + 1])
    buckets[#buckets + 1] = {used, all[each]}
  end
  table.sort(buckets, function(one, other) return one[1] < other[1] end)
  for each = 1, at_most / 10 do
    redis.call('HDEL', key, buckets[each][2])
  end
end
local allowed = 0
if level >= 1 then
  level, allowed = level - 1, 1
end
local left = string.format('%.17g', level)
if redis.call('HSET', key, name, '[' .. left .. ',' .. string.format('%.17g', at) .. ']') == 1 then
  keep('v:' .. ARGV[2])
end
return {left, allowed}
""")
"""Arguments: family, name, tokens a second, burst, now, how many buckets there may be. What is left, and 1 or 0."""

APPEND = _script("""
return push(ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6]))
""")
"""Arguments: log, text, bound, cost, bound of costs. The number."""

ENTRIES = _script("""
local key, last = prefix .. 'l:' .. ARGV[2], tonumber(redis.call('HGET', prefix .. 'last', ARGV[2]) or '0')
local after, length = tonumber(ARGV[3]), redis.call('LLEN', key)
local first = last - length + 1
local skipped = math.max(0, after < 0 and length + after or after + 1 - first)
local stop = -1
if ARGV[4] ~= '' then
  stop = skipped + tonumber(ARGV[4]) - 1
end
return {first + skipped, redis.call('LRANGE', key, skipped, stop)}
""")
"""Arguments: log, number, how many, at least 1, or ''. The first number, and entries."""

CLEAR = _script("""
for _, key in ipairs({'v:' .. ARGV[2], 'e:' .. ARGV[2]}) do
  redis.call('UNLINK', prefix .. key)
  redis.call('SREM', prefix .. 'keys', key)
end
""")
"""Argument: family."""

DROP = _script("""
drop()
redis.call('PUBLISH', prefix .. 'changed', '')
""")

SAVE = _script("""
local left_out = {}
for each = 2, #ARGV do
  left_out[ARGV[each]] = true
end
local saved = {}
for _, key in ipairs(redis.call('SMEMBERS', prefix .. 'keys')) do
  local kind, name = string.sub(key, 1, 2), string.sub(key, 3)
  if not left_out[name] then
    if kind == 'v:' then
      saved[#saved + 1] = {kind, name, redis.call('HGETALL', prefix .. key)}
    elseif kind == 'e:' then
      saved[#saved + 1] = {kind, name, redis.call('ZRANGE', prefix .. key, 0, -1, 'WITHSCORES')}
    elseif kind == 'l:' then
      local last = redis.call('HGET', prefix .. 'last', name)
      saved[#saved + 1] = {kind, name, redis.call('LRANGE', prefix .. key, 0, -1), last}
    end
  end
end
return saved
""")
"""Arguments: families and logs to leave out. Of each family and log its kind, name and content; of a log its number."""

LOAD = _script("""
drop()
local at = 2
while at <= #ARGV do
  local kind, name, number, last = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3]
  local key, total = prefix .. kind .. name, 0
  at = at + 4
  for each = at, at + 2 * number - 1, 2 do
    if kind == 'v:' then
      redis.call('HSET', key, ARGV[each], ARGV[each + 1])
    elseif kind == 'e:' then
      redis.call('ZADD', key, ARGV[each + 1], ARGV[each])
    else
      redis.call('RPUSH', key, ARGV[each] .. ':' .. ARGV[each + 1])
      total = total + tonumber(ARGV[each])
    end
  end
  at = at + 2 * number
  keep(kind .. name)
  if kind == 'l:' then
    redis.call('HSET', prefix .. 'last', name, last)
    redis.call('HSET', prefix .. 'cost', name, total)
    keep('last')
    keep('cost')
  end
end
redis.call('PUBLISH', prefix .. 'changed', '')
""")
"""Arguments: kind, name, number of pairs, last number or '', and the pairs, of each family, its ends, and each log.

A pair is name and text, name and end, or cost and text.
"""

TOUCH = _script("""
for _, key in ipairs(redis.call('SMEMBERS', prefix .. 'keys')) do
  redis.call('EXPIRE', prefix .. key, life)
end
redis.call('EXPIRE', prefix .. 'keys', life)
""")
"""Have the session live on."""

_SESSIONS = """
local base = KEYS[1]
local function list()
  local found = {}
  for _, id in ipairs(redis.call('SMEMBERS', base .. 'sessions')) do
    local record = redis.call('GET', base .. 'session:' .. id)
    if record then
      found[#found + 1] = {id, record}
    else
      -- It has expired.
      redis.call('SREM', base .. 'sessions', id)
    end
  end
  return found
end
"""

LIST = _script(_SESSIONS + "return list()")
"""Ids and records of all sessions but the default one."""

CREATE = _script(
    _SESSIONS
    + """
local id, record, at_most = ARGV[2], ARGV[3], tonumber(ARGV[4])
if redis.call('SCARD', base .. 'sessions') >= at_most and #list() >= at_most then
  return 0
end
redis.call('SET', base .. 'session:' .. id, record, 'EX', ARGV[1])
redis.call('SADD', base .. 'sessions', id)
return 1
"""
)
"""Arguments: id, record, how many there may be. 1; 0 where there are as many."""

DELETE = _script(
    _SESSIONS
    + """
redis.call('DEL', base .. 'session:' .. ARGV[2])
redis.call('SREM', base .. 'sessions', ARGV[2])
"""
)
"""Argument: id."""
