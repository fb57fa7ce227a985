#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"

namespace lifeboat::journal {

// One description of a struct's fields serves both directions: `describe(codec, value)` calls codec("name", value.name)
// for each. A Writer fills JSON from the fields, a Reader fields from JSON. Inside this folder a Reader's complaint is
// an nlohmann exception; it becomes a Result where the folder's functions return.

template <class Codec, class T>
concept Described = requires(Codec& codec, T& value) {
  describe(codec, value);
};

class Writer {
 public:
  template <class T>
  void operator()(const char* name, const T& value) {
    json_[name] = encode(value);
  }
  template <class T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) json_[name] = encode(*value);
  }
  nlohmann::json take() { return std::move(json_); }

  template <class T>
  static nlohmann::json encode(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      return std::string(name_of(value));
    } else if constexpr (Described<Writer, const T>) {
      Writer inner;
      describe(inner, value);
      return inner.take();
    } else {
      return value;
    }
  }
  template <class Tag>
  static nlohmann::json encode(const base::Name<Tag>& name) {
    return name.value;
  }
  static nlohmann::json encode(base::Epoch epoch) { return epoch.value; }
  static nlohmann::json encode(base::Lsn lsn) { return lsn.bytes; }
  static nlohmann::json encode(base::WallTime at) { return at.time_since_epoch().count(); }
  static nlohmann::json encode(base::Milliseconds span) { return span.count(); }
  template <class T>
  static nlohmann::json encode(const std::vector<T>& values) {
    auto array = nlohmann::json::array();
    for (const auto& value : values) array.push_back(encode(value));
    return array;
  }

 private:
  nlohmann::json json_ = nlohmann::json::object();
};

class Reader {
 public:
  explicit Reader(const nlohmann::json& json) : json_(json) {}

  template <class T>
  void operator()(const char* name, T& value) {
    decode(json_.at(name), value);
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& value) {
    const auto found = json_.find(name);
    if (found != json_.end()) decode(*found, value.emplace());
  }

  template <class T>
  static void decode(const nlohmann::json& json, T& value) {
    if constexpr (std::is_enum_v<T>) {
      from_name(json.get<std::string>(), value);
    } else if constexpr (Described<Reader, T>) {
      Reader inner(json);
      describe(inner, value);
    } else {
      json.get_to(value);
    }
  }
  template <class Tag>
  static void decode(const nlohmann::json& json, base::Name<Tag>& name) {
    json.get_to(name.value);
  }
  static void decode(const nlohmann::json& json, base::Epoch& epoch) { json.get_to(epoch.value); }
  static void decode(const nlohmann::json& json, base::Lsn& lsn) { json.get_to(lsn.bytes); }
  static void decode(const nlohmann::json& json, base::WallTime& at) {
    at = base::WallTime(base::Milliseconds(json.get<std::int64_t>()));
  }
  static void decode(const nlohmann::json& json, base::Milliseconds& span) {
    span = base::Milliseconds(json.get<std::int64_t>());
  }
  template <class T>
  static void decode(const nlohmann::json& json, std::vector<T>& values) {
    values.clear();
    for (const auto& element : json) decode(element, values.emplace_back());
  }

 private:
  const nlohmann::json& json_;
};

/// What a Reader says about a name that no value has.
[[noreturn]] inline void unknown_name(const std::string& name) {
  throw nlohmann::json::other_error::create(501, "unknown name '" + name + "'", nullptr);
}

/// Finds the enumerator between 0 and `last` that to_string() calls `name`.
template <class Enum>
void find_name(const std::string& name, Enum last, Enum& value) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    value = static_cast<Enum>(i);
    if (to_string(value) == name) return;
  }
  unknown_name(name);
}

}  // namespace lifeboat::journal
