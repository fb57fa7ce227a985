#include "aws/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/build_request.h"
#include "aws/time_text.h"

namespace lifeboat::aws {
namespace {

using base::Milliseconds;

constexpr Milliseconds permitted_skew{4 * 60'000};
constexpr int most_pages = 1000;

Failure not_sent(FailureKind kind, const base::Error& error) {
  return {.kind = kind, .message = error.message};
}

/// A page that was asked for, or a list of "Out>In" pairs: the input with the answer's tokens in it; null at the end.
Json next_input(const Operation& row, const Json& input, const Json& answer) {
  Json next = input;
  bool is_last = true;
  std::string_view rest = row.pages;
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::string out(pair.substr(0, pair.find('>')));
    const std::string into(pair.substr(pair.find('>') + 1));
    const auto token = answer.find(out);
    // The token of a page's last part is absent or empty; what this page was asked by says nothing of the next.
    next.erase(into);
    if (token == answer.end() || token->get_ref<const std::string&>().empty()) continue;
    next[into] = *token;
    is_last = false;
  }
  return is_last ? Json() : next;
}

/// The joined list has no next page.
void forget_tokens(const Operation& row, Json& answer) {
  const auto call_pages = std::string(row.pages);
  for (std::size_t begin = 0; begin < call_pages.size();) {
    const auto end = std::min(call_pages.find(' ', begin), call_pages.size());
    answer.erase(call_pages.substr(begin, call_pages.find('>', begin) - begin));
    begin = end + 1;
  }
}

}  // namespace

/// One call with its attempts.
class Client::Conversation {
 public:
  Conversation(Client& client, Call call, std::string_view region, const CallLimits& limits)
      : client_(client), call_(std::move(call)), region_(region), limits_(limits), deadline_(now() + limits.whole) {
    const auto after_silence = limits.whole_after_silence;
    if (after_silence && client.silences_.was_silent(service(), region_, now()))
      deadline_ = std::min(deadline_, now() + *after_silence);
    if (limits.deadline) deadline_ = std::min(deadline_, *limits.deadline);
  }

  /// By the service's clock; nothing before there was an answer.
  const std::optional<base::WallTime>& answered_at() const { return answered_at_; }

  Answer run(const Json& input) {
    auto answer = prepare(input);
    for (int attempt = 1; answer; ++attempt) {
      answer = attempt_once();
      if (answer) {
        client_.budgets_.of(region_).earn();
        client_.silences_.note(service(), region_, false, now());
        return answer;
      }
      answer.error().attempts = attempt;
      if (!tries_again(answer.error())) break;
      answer = Json();
    }
    const auto kind = answer.error().kind;
    const bool is_silent =
        kind == FailureKind::timeout || kind == FailureKind::unreachable || kind == FailureKind::cut_off;
    client_.silences_.note(service(), region_, is_silent, now());
    return complete(std::move(answer.error()));
  }

 private:
  std::string service() const { return std::string(call_.service->name); }
  base::Instant now() const { return client_.ports_.clock.now(); }
  base::WallTime service_time() const {
    return client_.ports_.clock.wall_now() + Milliseconds(client_.skew_ms_.load());
  }

  /// The request without a signature; the null that stands for success has no meaning of its own.
  Answer prepare(const Json& input) {
    const auto endpoint = find_endpoint(*call_.service, region_, client_.ports_.environment);
    if (!endpoint) return std::unexpected(not_sent(FailureKind::bad_request, endpoint.error()));
    auto request = build_request(call_, input, *endpoint);
    if (!request) return std::unexpected(not_sent(FailureKind::bad_request, request.error()));
    unsigned_ = *std::move(request);
    scope_ = {.region = endpoint->signing_region, .service = std::string(call_.service->signing_name)};
    return Json();
  }

  Answer attempt_once() {
    auto request = unsigned_;
    if (call_.operation->is_signed) {
      const auto credentials = client_.ports_.credentials.credentials();
      if (!credentials) return std::unexpected(not_sent(FailureKind::no_credentials, credentials.error()));
      sign(request, *credentials, scope_, service_time());
    }
    const auto left = std::chrono::floor<Milliseconds>(deadline_ - now());
    if (left <= Milliseconds(0))
      return std::unexpected(Failure{.kind = FailureKind::timeout, .message = "no time was left"});
    const auto received =
        client_.ports_.transport.send(request, {.connect = limits_.connect,
                                                .whole = std::min(limits_.attempt, left),
                                                .may_reuse_connection = call_.operation->is_repeatable});
    if (!received) return std::unexpected(Failure{.kind = received.error().kind, .message = received.error().message});
    answered_at_ = from_http_date(received->header("date"));
    auto answer = read_answer(call_, *received);
    if (!answer) consider_clocks(answer.error(), *received);
    return answer;
  }

  /// A wrong clock shows as a bad signature or as an expiry, with some services; the Date header tells.
  void consider_clocks(Failure& failure, const HttpAnswer& received) {
    const auto date = from_http_date(received.header("date"));
    const bool may_be_the_clock = failure.kind == FailureKind::clock_skewed || failure.kind == FailureKind::denied;
    if (!date || !may_be_the_clock) return;
    const auto apart = *date - service_time();
    if (std::chrono::abs(apart) < permitted_skew) return;
    failure.kind = FailureKind::clock_skewed;
    client_.skew_ms_ = (*date - client_.ports_.clock.wall_now()).count();
    was_corrected_ = true;
  }

  /// Once per call each: signing at the corrected time, and with fresh credentials. Neither has to wait.
  bool mends(const Failure& failure) {
    if (failure.kind == FailureKind::clock_skewed && was_corrected_ && !mended_clock_) return mended_clock_ = true;
    if (failure.kind != FailureKind::expired || mended_credentials_) return false;
    client_.ports_.credentials.forget();
    return mended_credentials_ = true;
  }

  bool tries_again(const Failure& failure) {
    if (mends(failure)) return true;
    if (failure.attempts >= client_.policy_.attempts) return false;
    if (!is_worth_repeating(failure, call_.operation->is_repeatable)) return false;
    const auto wait =
        wait_before_next(client_.policy_, failure.attempts, failure.kind, client_.ports_.chance.fraction());
    if (now() + wait >= deadline_ || !client_.budgets_.of(region_).pay(failure.kind)) return false;
    return client_.ports_.pause.wait(wait);
  }

  Answer complete(Failure failure) const {
    failure.service = call_.service->name;
    failure.operation = call_.operation->name;
    failure.region = region_;
    return std::unexpected(std::move(failure));
  }

  Client& client_;
  Call call_;
  std::string region_;
  CallLimits limits_;
  base::Instant deadline_;
  Request unsigned_ = {};
  SigningScope scope_ = {};
  std::optional<base::WallTime> answered_at_ = {};
  bool was_corrected_ = false;
  bool mended_clock_ = false;
  bool mended_credentials_ = false;
};

void Silences::note(const std::string& service, const std::string& region, bool is_silent, base::Instant now) {
  const std::lock_guard lock(mutex_);
  if (is_silent)
    since_.insert_or_assign({service, region}, now);
  else
    since_.erase({service, region});
}

bool Silences::was_silent(const std::string& service, const std::string& region, base::Instant now) const {
  constexpr Milliseconds worth_remembering{60'000};
  const std::lock_guard lock(mutex_);
  const auto found = since_.find({service, region});
  return found != since_.end() && now - found->second < worth_remembering;
}

Answer Client::call(std::string_view service, std::string_view operation, std::string_view region, const Json& input,
                    const CallLimits& limits) {
  std::optional<base::WallTime> answered_at;
  return call_dated(service, operation, region, input, limits, answered_at);
}

Answer Client::call_dated(std::string_view service, std::string_view operation, std::string_view region,
                          const Json& input, const CallLimits& limits, std::optional<base::WallTime>& answered_at) {
  auto found = find_call(service, operation);
  if (!found) {
    auto failure = not_sent(FailureKind::bad_request, found.error());
    failure.service = service;
    failure.operation = operation;
    failure.region = region;
    return std::unexpected(std::move(failure));
  }
  Conversation conversation(*this, *std::move(found), region, limits);
  auto answer = conversation.run(input);
  answered_at = conversation.answered_at();
  return answer;
}

Answer Client::call_all(std::string_view service, std::string_view operation, std::string_view region,
                        const Json& input, const CallLimits& limits) {
  auto whole = call(service, operation, region, input, limits);
  if (!whole) return whole;
  const auto row = find_call(service, operation)->operation;
  const std::string list(row->list);
  auto asked = next_input(*row, input, *whole);
  for (int pages = 1; !asked.is_null(); ++pages) {
    auto page = call(service, operation, region, asked, limits);
    if (!page) return page;
    for (auto& element : (*page)[list]) (*whole)[list].push_back(std::move(element));
    auto next = next_input(*row, asked, *page);
    if (next == asked || pages == most_pages) {
      return std::unexpected(Failure{.kind = FailureKind::unreadable,
                                     .service = std::string(service),
                                     .operation = std::string(operation),
                                     .region = std::string(region),
                                     .message = fmt::format("the list does not end ({} pages)", pages + 1)});
    }
    asked = std::move(next);
  }
  forget_tokens(*row, *whole);
  return whole;
}

base::Result<std::string> Client::presigned_url(std::string_view service, std::string_view operation,
                                                std::string_view region, const Json& input,
                                                std::chrono::seconds valid_for, const Fields& extra,
                                                const Fields& headers) {
  const auto found = find_call(service, operation);
  if (!found) return std::unexpected(found.error());
  const auto endpoint = find_endpoint(*found->service, region, ports_.environment);
  if (!endpoint) return std::unexpected(endpoint.error());
  auto request = build_request(*found, input, *endpoint);
  if (!request) return std::unexpected(request.error());
  const auto credentials = ports_.credentials.credentials();
  if (!credentials) return std::unexpected(credentials.error());
  request->method = "GET";
  request->body.clear();
  request->headers = headers;
  request->query = form_fields(*found, input);
  request->query.insert(request->query.end(), extra.begin(), extra.end());
  return presign(*std::move(request), *credentials,
                 {.region = endpoint->signing_region, .service = std::string(found->service->signing_name)},
                 ports_.clock.wall_now() + Milliseconds(skew_ms_.load()), valid_for);
}

}  // namespace lifeboat::aws
