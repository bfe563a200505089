-- What each connection of wrk asks: of ten requests seven read, two bring a new article (one of fifty a long one with a
-- thousand quotes), and one reviews a quote.
--
-- Which statuses came is written to the file that ONRECORD_LOAD_RESULT names.

local key = os.getenv("ONRECORD_KEY")
local articles, quotes = {}, {}
for id in (os.getenv("ONRECORD_LOAD_ARTICLES") or ""):gmatch("%S+") do articles[#articles + 1] = id end
for id in (os.getenv("ONRECORD_LOAD_QUOTES") or ""):gmatch("%S+") do quotes[#quotes + 1] = id end

local json = { ["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/json" }
local patch = { ["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/merge-patch+json", ["If-Match"] = "*" }
local read = { ["Authorization"] = "Bearer " .. key }

local reads = {
  "/v1/quotes?speaker=sergey-lavrov&limit=200",
  "/v1/quotes?zone=idlib-de-escalation-zone&kind=direct",
  "/v1/articles?outlet=tass&limit=100",
  "/v1/zones?bbox=35.5,35.0,37.5,36.5",
  "/v1/actors?name=lavr",
}

local story = "Observers count the posts of day %d\\n\\nGENEVA, November 28. The posts around the Idlib de-escalation zone "
  .. "\\\"have to be counted together,\\\" UN Secretary-General Antonio Guterres said on Tuesday. He added that the list of "
  .. "day %d would be public.\\n\\n\\\"Nobody is helped by %d lists,\\\" Russian Foreign Minister Sergey Lavrov told reporters. "
  .. "\\\"One will do.\\\"\\n\\nThe United States said the plan was \\\"useful\\\" and that talks in Astana would go on."

local paragraph = "\\n\\n\\\"Posts have to be counted together,\\\" Antonio Guterres said. Sergey Lavrov said that the list would be public."
local long = string.rep(paragraph, 500)

local threads = {}
function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init()
  statuses = {}
  math.randomseed(7 + number)
  sent = 0
end

function request()
  local die = math.random(10)
  if die <= 2 then
    sent = sent + 1
    local n = number * 100000000 + math.random(90000000) + sent
    local text = string.format(story, n, n, n)
    if math.random(50) == 1 then text = text .. long end
    return wrk.format("POST", "/v1/articles", json, '{"text": "' .. text .. '"}')
  elseif die == 3 then
    local id = quotes[math.random(#quotes)]
    local review = math.random(2) == 1 and "accepted" or "rejected"
    return wrk.format("PATCH", "/v1/quotes/" .. id, patch, '{"review": "' .. review .. '"}')
  elseif die <= 5 then
    return wrk.format("GET", "/v1/articles/" .. articles[math.random(#articles)], read)
  end
  return wrk.format("GET", reads[math.random(#reads)], read)
end

function response(status)
  statuses[status] = (statuses[status] or 0) + 1
end

function done(summary)
  local all = {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("statuses")) do all[status] = (all[status] or 0) + count end
  end
  local out = io.open(os.getenv("ONRECORD_LOAD_RESULT"), "w")
  for status, count in pairs(all) do out:write(status, " ", count, "\n") end
  for _, name in ipairs({ "connect", "read", "write", "timeout" }) do
    out:write(name, " ", summary.errors[name], "\n")
  end
  out:close()
end
