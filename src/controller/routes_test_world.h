#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "controller/routes.h"
#include "journal/memory_folder.h"
#include "ports/markers.h"
#include "providers/fake/fake_provider.h"

namespace lifeboat::controller {

/// The routes over the whole controller, over a world in memory.
class RoutesOverFake : public testing::Test {
 protected:
  RoutesOverFake() {
    runtime_.on_records([this](const auto& records) { service_.records_added(records); });
    runtime_.start();
  }
  ~RoutesOverFake() override {
    runtime_.stop();
    std::filesystem::remove_all(folder_);
  }

  static system::HttpCall call(std::string method, std::string path) {
    system::HttpCall made{.method = std::move(method), .path = std::move(path)};
    made.headers["host"] = "127.10.0.2:7000";
    made.client = "127.0.0.1:5000";
    return made;
  }
  static system::HttpCall with_token(system::HttpCall made, std::string token) {
    made.bearer_token = std::move(token);
    return made;
  }
  static system::HttpCall operator_call(std::string method, std::string path, std::string body = "") {
    auto made = with_token(call(std::move(method), std::move(path)), "all");
    made.body = std::move(body);
    return made;
  }
  static std::string header(const system::HttpAnswer& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers) {
      if (key == name) return value;
    }
    return "";
  }
  system::HttpAnswer answer(const system::HttpCall& made) const { return routes_.answer(made); }

  struct Clock : ports::Clock {
    base::Instant now() const override { return base::Instant(std::chrono::steady_clock::now().time_since_epoch()); }
    base::WallTime wall_now() const override {
      return std::chrono::time_point_cast<base::Milliseconds>(std::chrono::system_clock::now());
    }
  };
  /// A world without clients has no front door to write through.
  struct Markers : ports::Markers {
    base::Result<Written> write(std::int64_t, base::Instant) override {
      return base::fail(base::ErrorCode::http_failed, "there is no front door");
    }
    base::Result<std::int64_t> read(const base::RegionName&, base::Instant) override { return 0; }
  };

  static model::Stack two_regions() {
    model::Stack stack;
    stack.name = "shop";
    stack.home = {{"east"}, {{"east-a"}, {"east-b"}}, ""};
    stack.standby = {{"west"}, {{"west-a"}, {"west-b"}}, ""};
    return stack;
  }
  static std::filesystem::path make_folder() {
    auto name = (std::filesystem::temp_directory_path() / "lifeboat-routes-XXXXXX").string();
    return ::mkdtemp(name.data());
  }

  const model::Stack stack_ = two_regions();
  const std::filesystem::path folder_ = make_folder();
  journal::MemoryDisk disk_;
  fake::FakeProvider provider_{stack_};
  Clock clock_;
  Markers markers_;
  prometheus::Histogram syncs_{prometheus::Histogram::BucketBoundaries{1}};
  runtime::Runtime runtime_{provider_, clock_,
                            std::move(*journal::Journal::open(std::make_unique<journal::MemoryFolder>(disk_))),
                            engine::make_setup(stack_), runtime::RuntimeOptions{}};
  Verifier verifier_{{provider_, markers_, clock_}, stack_, [](const auto&) { return ""; }};
  ReadinessWatch readiness_{runtime_, verifier_, base::Milliseconds{3'600'000}};
  AuditLog audit_{folder_ / "audit.log"};
  Service service_{{runtime_, provider_, clock_, readiness_, syncs_, audit_},
                   stack_,
                   {.stack = stack_,
                    .controller = {.url = "http://127.10.0.2:7000"},
                    .endpoint_of = [](const auto&) { return std::nullopt; },
                    .verdict = std::nullopt}};
  Sessions sessions_{"all", "look"};
  std::array<page::File, 2> page_{{{"/index.html", "<!doctype html>", "h1"}, {"/assets/a-1.js", "1;", "h2"}}};
  Routes routes_{{service_, audit_, sessions_, clock_, stack_.name, page_}};
};

}  // namespace lifeboat::controller
