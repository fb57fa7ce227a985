#pragma once

#include <concepts>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "api/document.h"
#include "base/error.h"

namespace lifeboat::api {

// One function `describe(visitor, view)` per view names its fields once; Writer and Reader turn it into JSON and back,
// so that the two directions cannot drift apart; it stands in this namespace, where the visitors find it. Private to
// this folder: nlohmann/json.hpp is dear to include.

/// The view itself, or the same read-only: what one `describe` serves both directions with.
template <class T, class View>
concept ViewOf = std::same_as<std::remove_const_t<T>, View>;

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

class Writer {
 public:
  template <class T>
  void operator()(const char* key, const T& value) {
    json_[key] = encode(value);
  }

  template <class T>
  static nlohmann::ordered_json encode(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
      return value;
    } else if constexpr (is_optional<T>::value) {
      return value ? encode(*value) : nlohmann::ordered_json();
    } else if constexpr (is_vector<T>::value) {
      auto array = nlohmann::ordered_json::array();
      for (const auto& element : value) array.push_back(encode(element));
      return array;
    } else {
      Writer writer;
      describe(writer, value);
      return std::move(writer.json_);
    }
  }

 private:
  nlohmann::ordered_json json_ = nlohmann::ordered_json::object();
};

/// Fields that are missing keep their defaults, so that a newer command line reads an older controller; a field of the
/// wrong type is damage.
class Reader {
 public:
  explicit Reader(const nlohmann::json& json) : json_(json) {}

  template <class T>
  void operator()(const char* key, T& value) {
    const auto found = json_.find(key);
    if (found != json_.end() && !decode(*found, value) && wrong_.empty()) wrong_ = key;
  }

  /// The first field of a wrong type; empty when there is none.
  const std::string& wrong() const { return wrong_; }

  template <class T>
  static bool decode(const nlohmann::json& json, T& value) {
    if constexpr (std::same_as<T, bool>) {
      if (json.is_boolean()) value = json.get<bool>();
      return json.is_boolean();
    } else if constexpr (std::is_arithmetic_v<T>) {
      if (json.is_number()) value = json.get<T>();
      return json.is_number();
    } else if constexpr (std::same_as<T, std::string>) {
      if (json.is_string()) value = json.get<std::string>();
      return json.is_string() || json.is_null();
    } else if constexpr (is_optional<T>::value) {
      value.reset();
      return json.is_null() || decode(json, value.emplace());
    } else if constexpr (is_vector<T>::value) {
      for (const auto& element : json) {
        if (!decode(element, value.emplace_back())) return false;
      }
      return json.is_array();
    } else {
      if (!json.is_object()) return false;
      Reader reader(json);
      describe(reader, value);
      return reader.wrong().empty();
    }
  }

 private:
  const nlohmann::json& json_;
  std::string wrong_;
};

/// The view as a JSON object on one line.
template <class T>
std::string write_line(const T& view) {
  // Details quote what programs printed, which need not be UTF-8.
  return Writer::encode(view).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// The view as a document of its own: {"version": 1, …} on one line.
template <class T>
std::string write_document(const T& view) {
  nlohmann::ordered_json document = {{"version", document_version}};
  document.update(Writer::encode(view));
  // Details quote what programs printed, which need not be UTF-8.
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

template <class T>
base::Result<T> read_document(std::string_view text, std::string_view what) {
  const auto unreadable = [&](const std::string& why) {
    return base::fail(base::ErrorCode::http_failed, "the controller's " + std::string(what) + ": " + why,
                      "Command line and controller may be of different versions: run 'lifeboat up' to start the "
                      "controller again.");
  };
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return unreadable("expected a JSON object, saw '" + std::string(text.substr(0, 80)) + "'");
  T view;
  Reader reader(json);
  describe(reader, view);
  if (!reader.wrong().empty()) return unreadable("the field '" + reader.wrong() + "' is of an unexpected type");
  return view;
}

}  // namespace lifeboat::api
