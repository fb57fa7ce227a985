#pragma once

#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"

namespace lifeboat::aws_world {

/// Questions to the services of one region, all answered or given up by one deadline. Callable from any thread; the
/// client outlives it.
class Questions {
 public:
  Questions(aws::Client& client, base::RegionName region, base::Instant deadline)
      : client_(client), region_(std::move(region)), deadline_(deadline) {}

  /// The answer with all its pages; null when the service says that what was named does not exist.
  /// region_unreachable when the service does not answer in time or not as itself; aws_denied, aws_throttled and the
  /// like as the service says.
  base::Result<aws::Json> ask(std::string_view service, std::string_view operation, const aws::Json& input) const;

  /// The same with the first page only, where the rest is of no use.
  base::Result<aws::Json> ask_once(std::string_view service, std::string_view operation, const aws::Json& input) const;

  const base::RegionName& region() const { return region_; }

 private:
  base::Result<aws::Json> judged(aws::Answer answer) const;

  aws::Client& client_;
  base::RegionName region_;
  base::Instant deadline_;
};

/// Asks on a thread of its own; the future waits for its end, also when nobody wants the answer any more.
template <class Question>
auto at_once(Question question) {
  return std::async(std::launch::async, std::move(question));
}

/// What several questions that were asked at once have failed with.
class Troubles {
 public:
  /// The value, or nothing and its error kept.
  template <class T>
  std::optional<T> take(base::Result<T> answer) {
    if (answer) return *std::move(answer);
    errors_.push_back(std::move(answer.error()));
    return std::nullopt;
  }
  /// The one to hand on: what somebody has to change before what may pass by itself. It names the others too.
  std::optional<base::Error> error() const;

 private:
  std::vector<base::Error> errors_;
};

/// A member of an answer's structure; empty, 0, false where it did not come.
std::string text_at(const aws::Json& json, const char* name);
std::int64_t number_at(const aws::Json& json, const char* name);
bool is_true_at(const aws::Json& json, const char* name);
/// A structure or list within; an empty one where it did not come.
const aws::Json& part_at(const aws::Json& json, const char* name);
const aws::Json& list_at(const aws::Json& json, const char* name);
/// A list of texts, as texts.
std::vector<std::string> texts_of(const aws::Json& list);
/// The value of a tag in a list of Key and Value; empty when there is none.
std::string tag_at(const aws::Json& tags, std::string_view key);

}  // namespace lifeboat::aws_world
