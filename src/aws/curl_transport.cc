#include "aws/curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/assert.h"

namespace lifeboat::aws {
namespace {

struct SlistDeleter {
  void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, SlistDeleter>;

/// What one exchange has received so far.
struct Reception {
  HttpAnswer answer = {};
  std::size_t limit_bytes = 0;
  bool is_too_large = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t count, void* context) {
  auto& reception = *static_cast<Reception*>(context);
  reception.is_too_large = reception.answer.body.size() + count > reception.limit_bytes;
  if (reception.is_too_large) return 0;
  reception.answer.body.append(data, count);
  return count;
}

/// Large answers come in thousands of pieces. A server that promises more than it sends costs no more than this.
void make_room(std::string& body, const std::string& promised) {
  constexpr std::size_t most = std::size_t{8} << 20;
  std::size_t bytes = 0;
  std::from_chars(promised.data(), promised.data() + promised.size(), bytes);
  body.reserve(std::min(bytes, most));
}

std::size_t on_header(char* data, std::size_t, std::size_t count, void* context) {
  auto& headers = static_cast<Reception*>(context)->answer.headers;
  std::string_view line(data, count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  const auto colon = line.find(':');
  // A status line begins a new answer: what came before it was a "100 Continue" or a proxy's.
  if (line.starts_with("HTTP/")) headers.clear();
  if (colon == std::string_view::npos || line.starts_with("HTTP/")) return count;
  const auto value = line.substr(colon + 1);
  const auto begin = std::min(value.find_first_not_of(" \t"), value.size());
  headers.emplace_back(line.substr(0, colon), value.substr(begin));
  if (lower_case(headers.back().first) == "content-length")
    make_room(static_cast<Reception*>(context)->answer.body, headers.back().second);
  return count;
}

bool is_local(std::string_view host) {
  return host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]") ||
         host.starts_with("169.254.") || host.starts_with("[fd00:ec2::");
}

HeaderList headers_of(const Request& request) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    auto* longer = ::curl_slist_append(list.get(), line.c_str());
    LIFEBOAT_ASSERT(longer != nullptr, "there is memory for a header");
    static_cast<void>(list.release());
    list.reset(longer);
  };
  // An empty value is said with a semicolon; a colon alone takes away what curl would add by itself.
  for (const auto& [name, value] : request.headers) add(value.empty() ? name + ";" : name + ": " + value);
  add("Expect:");
  if (request.header("content-type").empty()) add("Content-Type:");
  return list;
}

/// "host:port:address,address", as libcurl wants it.
HeaderList places_of(const Request& request) {
  if (request.addresses.empty()) return {};
  const auto colon = request.host.rfind(':');
  const auto port = request.scheme == "https" ? "443" : "80";
  const auto place = colon == std::string::npos ? fmt::format("{}:{}", request.host, port) : request.host;
  HeaderList list(::curl_slist_append(nullptr, fmt::format("{}:{}", place, fmt::join(request.addresses, ",")).c_str()));
  LIFEBOAT_ASSERT(list != nullptr, "there is memory for an address");
  return list;
}

template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
  const auto code = ::curl_easy_setopt(curl, option, value);
  LIFEBOAT_ASSERT(code == CURLE_OK, "this libcurl knows the options that are used");
}

void set_method(CURL* curl, const Request& request) {
  if (request.method == "HEAD") {
    set(curl, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET") {
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(curl, CURLOPT_POSTFIELDS, request.body.data());
    set(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

void set_limits(CURL* curl, const ExchangeLimits& limits) {
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(limits.connect.count(), 1)));
  set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(limits.whole.count(), 1)));
  set(curl, CURLOPT_FRESH_CONNECT, limits.may_reuse_connection ? 0L : 1L);
}

void set_safety(CURL* curl, const Request& request, const std::string& certificates) {
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  set(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!certificates.empty()) set(curl, CURLOPT_CAINFO, certificates.c_str());
  if (is_local(request.host) || !request.addresses.empty()) set(curl, CURLOPT_NOPROXY, "*");
}

void set_reception(CURL* curl, Reception& reception) {
  set(curl, CURLOPT_WRITEFUNCTION, on_body);
  set(curl, CURLOPT_WRITEDATA, &reception);
  set(curl, CURLOPT_HEADERFUNCTION, on_header);
  set(curl, CURLOPT_HEADERDATA, &reception);
}

/// libcurl asks about once a second, also while nothing comes.
int on_progress(void* is_interrupted, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(is_interrupted)->load() ? 1 : 0;
}

void set_interruption(CURL* curl, std::atomic<bool>& is_interrupted) {
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  set(curl, CURLOPT_XFERINFODATA, &is_interrupted);
}

/// Whether the service can have seen any of the request.
bool was_sent(CURL* curl) {
  long request_bytes = 0;
  ::curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &request_bytes);
  return request_bytes > 0;
}

ExchangeFailure failure_of(CURL* curl, CURLcode code, const Reception& reception, const Request& request) {
  const auto kind = !was_sent(curl)                    ? FailureKind::unreachable
                    : code == CURLE_OPERATION_TIMEDOUT ? FailureKind::timeout
                                                       : FailureKind::cut_off;
  const std::string why = reception.is_too_large
                              ? fmt::format("the answer is larger than {} bytes", reception.limit_bytes)
                              : ::curl_easy_strerror(code);
  return {.kind = kind, .message = fmt::format("{}://{}: {}", request.scheme, request.host, why)};
}

}  // namespace

struct CurlTransport::Handle {
  struct Cleanup {
    void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
  };
  std::unique_ptr<CURL, Cleanup> curl{::curl_easy_init()};
};

CurlTransport::CurlTransport(std::string certificates) : certificates_(std::move(certificates)) {
  // Once for the process, and before any other thread uses libcurl.
  static const auto ready = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  LIFEBOAT_ASSERT(ready == CURLE_OK, "libcurl starts");
}

CurlTransport::~CurlTransport() = default;

std::unique_ptr<CurlTransport::Handle> CurlTransport::take_handle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) {
    auto handle = std::make_unique<Handle>();
    LIFEBOAT_ASSERT(handle->curl != nullptr, "there is memory for a connection");
    return handle;
  }
  auto handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

void CurlTransport::give_back(std::unique_ptr<Handle> handle) {
  ::curl_easy_reset(handle->curl.get());
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(handle));
}

std::expected<HttpAnswer, ExchangeFailure> CurlTransport::send(const Request& request, const ExchangeLimits& limits) {
  auto handle = take_handle();
  auto* curl = handle->curl.get();
  Reception reception{.limit_bytes = limits.answer_bytes};
  const auto headers = headers_of(request);
  const auto places = places_of(request);
  const auto url = request.url();
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PATH_AS_IS, 1L);
  set(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_HTTPHEADER, headers.get());
  if (places) set(curl, CURLOPT_RESOLVE, places.get());
  set_method(curl, request);
  set_limits(curl, limits);
  set_safety(curl, request, certificates_);
  set_reception(curl, reception);
  set_interruption(curl, is_interrupted_);
  const auto code = ::curl_easy_perform(curl);
  if (code != CURLE_OK) {
    auto failure = failure_of(curl, code, reception, request);
    give_back(std::move(handle));
    return std::unexpected(std::move(failure));
  }
  long status = 0;
  ::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  reception.answer.status = static_cast<int>(status);
  give_back(std::move(handle));
  return std::move(reception.answer);
}

}  // namespace lifeboat::aws
