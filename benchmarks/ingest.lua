-- What wrk sends: SIZE events a request (1: /v1/track, more: /v1/batch), each with an id of its own.
local size = tonumber(os.getenv("SIZE"))
local head = { ["Content-Type"] = "application/json", ["Authorization"] = os.getenv("AUTH") }
local mark = os.getenv("MARK")
local n = 0

local function event(kind)
  n = n + 1
  return '{' .. kind .. '"userId":"user-' .. (n % 5000) .. '","event":"Product Viewed","messageId":"' .. mark .. '-' .. n
    .. '","timestamp":"2026-01-01T09:00:00.123Z","context":{"library":{"name":"analytics-node","version":"3.1.0"}},'
    .. '"properties":{"product_id":"p-' .. (n % 300) .. '","price":19900,"currency":"KRW"}}'
end

-- Building a hundred events costs wrk more than sending them: some batches are made beforehand.
local made = {}
local function batch(first)
  local events = {}
  for k = 1, size do events[k] = event('"type":"track",') end
  return wrk.format("POST", "/v1/batch", head, '{"batch":[' .. table.concat(events, ",") .. '],"sentAt":"2026-01-01T09:00:01Z"}')
end

function init()
  if size > 1 then for k = 1, 64 do made[k] = batch() end end
end

function request()
  if size == 1 then return wrk.format("POST", "/v1/track", head, event("")) end
  n = n + 1
  return made[n % 64 + 1]
end

function done(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %.3f %.3f\n", summary.requests, summary.duration, wrong,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
