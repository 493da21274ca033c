-- Submissions with fresh ids, as clients send them.
math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 100000)
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

local function uuid()
  return string.format("%08x-%04x-4%03x-%04x-%06x%06x", math.random(0, 0xffffffff), math.random(0, 0xffff),
    math.random(0, 0xfff), math.random(0x8000, 0xbfff), math.random(0, 0xffffff), math.random(0, 0xffffff))
end

request = function()
  local body = string.format(
    '{"id":"%s","answers":{"recommend":%d,"satisfaction":%d,"effort":%d,"comment":"Waited a little, but lovely roses."},"language":"en"}',
    uuid(), math.random(0, 10), math.random(1, 5), math.random(1, 7))
  return wrk.format(nil, nil, nil, body)
end
