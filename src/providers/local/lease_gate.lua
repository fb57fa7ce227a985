-- Written by Lifeboat; changes are lost.
--
-- Lets the answer to a write out of the region only while the region's write lease holds (pg/lease_file.h is the
-- page's format). The databases look at the same lease before they acknowledge; this looks once more at the last
-- moment, so that an acknowledgement that lay in a pool, an instance or a buffer while the whole region was paused
-- stays here. When a lease is given up, the agent says until when answers that are on their way may still leave.
-- Whatever goes wrong counts as no lease.

local deadline_offset = 16
local answers_until_offset = 72

-- Unbuffered: what was read before says nothing about now.
local function open(path)
  local file = assert(io.open(path, "rb"))
  file:setvbuf("no")
  return file
end

local page = open(os.getenv("LIFEBOAT_LEASE_PAGE"))
local uptime = open("/proc/uptime")

local function read_ns(offset)
  assert(page:seek("set", offset))
  return string.unpack("=i8", page:read(8))
end

-- CLOCK_BOOTTIME, which counts suspension; the kernel shows hundredths of a second, and this takes the end of them.
local function now_ns()
  assert(uptime:seek("set", 0))
  local seconds, hundredths = uptime:read("l"):match("^(%d+)%.(%d%d) ")
  return (math.tointeger(seconds) * 100 + math.tointeger(hundredths) + 1) * 10000000
end

-- A time that is being changed may be seen half-way; a renewal is over a moment later.
local attempts = 20

local function holds()
  for _ = 1, attempts do
    local deadline = read_ns(deadline_offset)
    local answers_until = read_ns(answers_until_offset)
    if deadline == read_ns(deadline_offset) and answers_until == read_ns(answers_until_offset) then
      return now_ns() < (deadline > 0 and deadline or answers_until)
    end
  end
  return false
end

local body = '{"error":{"code":"lease_ended","message":"the region may not acknowledge writes any more; ' ..
  'whether this one was made is not known","help":"Look whether it was made, then try again."}}'

local function held()
  local known, now = pcall(holds)
  return known and now
end

-- For /lifeboat/door: who asks the region from outside learns whether it takes writes, also when its agent is silent.
core.register_fetches("lease", function() return held() and "held" or "ended" end)

core.register_action("lease_gate", { "http-res" }, function(txn)
  if held() then return end
  txn:done(txn:reply({
    status = 503,
    headers = { ["content-type"] = { "application/json" }, ["retry-after"] = { "1" } },
    body = body
  }))
end)
