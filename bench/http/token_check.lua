-- The token check of nginx_lua.conf: bearer header -> key -> scopes of the token in the shared
-- dictionary `tokens` -> answer. Everything that can be made ready at start is.
local bit = require "bit"
local ffi = require "ffi"

local band, ffi_string, sub = bit.band, ffi.string, string.sub
local ngx_print = ngx.print

-- Bits as scope.hpp has them.
local scope_bits = { ["account.balance"] = 1, ["account.details"] = 2, ["account.list"] = 4 }
local account_list = scope_bits["account.list"]

-- libcrypto is in nginx already. These three are what lua-resty-string uses too, and three to five
-- times faster than the one-shot SHA256(), which fetches the algorithm on every call.
ffi.cdef [[
  typedef struct { uint32_t opaque[28]; } token_check_sha256;
  int SHA256_Init(token_check_sha256* c);
  int SHA256_Update(token_check_sha256* c, const void* data, size_t size);
  int SHA256_Final(unsigned char* digest, token_check_sha256* c);
]]
local context = ffi.new("token_check_sha256")
local digest = ffi.new("unsigned char[32]")
local C = ffi.C

local token_check = {}
token_check.__index = token_check

function token_check.key_as_presented(token)
  return token
end

function token_check.key_as_digest(token)
  C.SHA256_Init(context)
  C.SHA256_Update(context, token, #token)
  C.SHA256_Final(digest, context)
  return ffi_string(digest, 32)
end

function token_check.new(key_of, body_file)
  local file = assert(io.open(body_file, "rb"))
  local body = file:read("*a")
  file:close()
  return setmetatable({ key_of = key_of, body = body, size = #body }, token_check)
end

-- A line is a token, or a token, a space and the scopes it has; else it has all.
function token_check:load(path)
  for line in io.lines(path) do
    local token, scopes = line:match("^(%w+) ?(.*)$")
    local bits = scopes == "" and 7 or 0
    for name in scopes:gmatch("%S+") do
      bits = bit.bor(bits, scope_bits[name])
    end
    assert(ngx.shared.tokens:safe_set(self.key_of(token), bits))
  end
end

local function refuse(status, message)
  local body = '{"message":"' .. message .. '"}'
  ngx.status = status
  ngx.header["WWW-Authenticate"] = "Bearer"
  ngx.header["Content-Length"] = #body
  ngx_print(body)
end

local tokens = ngx.shared.tokens
local bearer = "Bearer "

function token_check:answer()
  local authorization = ngx.var.http_authorization
  if not authorization or sub(authorization, 1, 7) ~= bearer then
    return refuse(401, "Unauthorized")
  end
  local scopes = tokens:get(self.key_of(sub(authorization, 8)))
  if not scopes then
    return refuse(401, "Unauthorized")
  end
  if band(scopes, account_list) == 0 then
    return refuse(403, "Forbidden")
  end
  ngx.header["Content-Length"] = self.size
  ngx_print(self.body)
end

return token_check
