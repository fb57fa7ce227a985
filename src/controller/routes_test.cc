#include "controller/routes.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "controller/routes_test_world.h"

namespace lifeboat::controller {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

json body_of(const system::HttpAnswer& answer) {
  return json::parse(answer.body);
}

class Api : public RoutesOverFake {
 protected:
  struct SignedIn {
    std::string cookie;
    std::string csrf;
  };
  SignedIn sign_in(const std::string& token) const {
    auto post = call("POST", "/v1/session");
    post.body = json{{"token", token}}.dump();
    const auto signed_in = answer(post);
    EXPECT_EQ(signed_in.status, 200) << signed_in.body;
    const auto cookie = header(signed_in, "Set-Cookie");
    EXPECT_THAT(cookie, testing::EndsWith("; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200"));
    return {cookie.substr(0, cookie.find(';')), body_of(signed_in)["csrf"]};
  }
  static system::HttpCall from_browser(system::HttpCall made, const SignedIn& session, bool with_csrf = true) {
    made.headers["cookie"] = session.cookie;
    if (with_csrf) made.headers["x-lifeboat-csrf"] = session.csrf;
    return made;
  }
};

TEST_F(Api, Asks_everybody_for_a_token_wherever_there_are_secrets) {
  for (const auto& route : Routes::all()) {
    if (route.access == Access::anyone) continue;
    const auto path = std::string(route.path);
    EXPECT_EQ(answer(call(std::string(route.method), path)).status, 401) << path;
    EXPECT_EQ(answer(with_token(call(std::string(route.method), path), "al")).status, 401) << path;
  }
  EXPECT_EQ(answer(call("GET", "/v1/nothing")).status, 401) << "who may not look is not told what there is";
  EXPECT_EQ(answer(with_token(call("GET", "/v1/nothing"), "look")).status, 404);
  const auto refused = answer(with_token(call("PUT", "/v1/status"), "all"));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header(refused, "Allow"), "GET");
}

TEST_F(Api, Lets_a_viewer_look_and_change_nothing) {
  EXPECT_EQ(answer(with_token(call("GET", "/v1/status"), "look")).status, 200);
  for (const auto& route : Routes::all()) {
    if (route.access != Access::operator_) continue;
    const auto refused = answer(with_token(call("POST", std::string(route.path)), "look"));
    EXPECT_EQ(refused.status, 403) << route.path;
    EXPECT_EQ(body_of(refused)["error"]["code"], "forbidden");
  }
  const auto entries = body_of(answer(with_token(call("GET", "/v1/audit"), "look")))["entries"];
  EXPECT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[0]["who"], "viewer/bearer");
  EXPECT_EQ(entries[0]["outcome"], "refused");
}

TEST_F(Api, Signs_in_with_a_token_and_out_again) {
  const auto session = sign_in("look");
  EXPECT_THAT(session.cookie, StartsWith("lifeboat_session=viewer."));
  const auto seen = answer(from_browser(call("GET", "/v1/session"), session, false));
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(body_of(seen)["role"], "viewer");
  EXPECT_EQ(body_of(seen)["stack"], "shop");
  EXPECT_EQ(body_of(seen)["csrf"], session.csrf);
  EXPECT_EQ(answer(from_browser(call("GET", "/v1/status"), session, false)).status, 200);
  const auto out = answer(from_browser(call("DELETE", "/v1/session"), session, false));
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(header(out, "Set-Cookie"), HasSubstr("lifeboat_session=; HttpOnly;"));
  EXPECT_THAT(header(out, "Set-Cookie"), HasSubstr("Max-Age=0"));
}

TEST_F(Api, Signs_nobody_in_with_anything_else) {
  auto wrong = call("POST", "/v1/session");
  wrong.body = R"({"token":"nonsense"})";
  EXPECT_EQ(answer(wrong).status, 401);
  EXPECT_EQ(header(answer(wrong), "Set-Cookie"), "");
  for (const auto* body : {"", "{}", "[]", R"({"token":7})"}) {
    wrong.body = body;
    EXPECT_EQ(answer(wrong).status, 400) << body;
  }
  EXPECT_EQ(answer(call("GET", "/v1/session")).status, 401);
}

TEST_F(Api, Takes_a_change_from_a_browser_only_with_the_sessions_own_word) {
  const auto session = sign_in("all");
  auto disarm = call("POST", "/v1/disarm");
  EXPECT_EQ(answer(from_browser(disarm, session, false)).status, 403);
  EXPECT_EQ(answer(from_browser(disarm, {session.cookie, sign_in("all").csrf})).status, 403) << "another session's";
  EXPECT_EQ(answer(from_browser(disarm, session)).status, 200);
  const auto viewer = sign_in("look");
  EXPECT_EQ(answer(from_browser(disarm, viewer)).status, 403);
  EXPECT_EQ(answer(from_browser(call("POST", "/v1/verify"), viewer, false)).status, 403);
}

TEST_F(Api, Serves_nobody_who_came_by_a_name_that_is_not_of_this_machine) {
  for (const auto* host : {"127.10.0.2:7000", "127.0.0.1", "localhost:80", "[::1]:7000"}) {
    auto status = operator_call("GET", "/v1/status");
    status.headers["host"] = host;
    EXPECT_EQ(answer(status).status, 200) << host;
  }
  for (const auto* host : {"", "evil.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost.evil", "127.0.0.1, x",
                           "[::2]:7000", "["}) {
    auto status = operator_call("GET", "/v1/status");
    status.headers["host"] = host;
    EXPECT_EQ(answer(status).status, 403) << host;
    auto index = call("GET", "/");
    index.headers["host"] = host;
    EXPECT_EQ(answer(index).status, 403) << host;
  }
}

TEST_F(Api, Serves_no_page_of_another_origin) {
  auto disarm = operator_call("POST", "/v1/disarm");
  disarm.headers["origin"] = "http://127.10.0.2:7000";
  EXPECT_EQ(answer(disarm).status, 200);
  for (const auto* origin : {"http://127.10.0.2:7001", "http://evil.example", "null"}) {
    disarm.headers["origin"] = origin;
    EXPECT_EQ(answer(disarm).status, 403) << origin;
  }
}

TEST_F(Api, Writes_down_who_changed_what) {
  EXPECT_EQ(answer(operator_call("POST", "/v1/operations", R"({"kind":"failover","fence":"power"})")).status, 409);
  EXPECT_EQ(answer(operator_call("POST", "/v1/operations", R"({"kind":"up"})")).status, 202);
  EXPECT_EQ(answer(operator_call("POST", "/v1/operations", "nonsense")).status, 400);
  const auto audit = body_of(answer(operator_call("GET", "/v1/audit")));
  ASSERT_EQ(audit["entries"].size(), 2u) << "what is no request changes nothing";
  const auto& up = audit["entries"][0];
  EXPECT_EQ(up["who"], "operator/bearer");
  EXPECT_EQ(up["from"], "127.0.0.1:5000");
  EXPECT_EQ(up["request"], "POST /v1/operations");
  EXPECT_EQ(up["what"], "up");
  EXPECT_EQ(up["outcome"], "accepted");
  EXPECT_EQ(up["operation"], "up-1");
  const auto& failover = audit["entries"][1];
  EXPECT_EQ(failover["what"], "failover, fence power");
  EXPECT_EQ(failover["outcome"], "refused");
  EXPECT_FALSE(failover["error"].is_null());
  EXPECT_TRUE(audit["problem"].is_null());
}

TEST_F(Api, Goes_on_without_an_audit_log_and_says_so_loudly) {
  std::filesystem::create_symlink("/dev/full", folder_ / "audit.log");
  const auto begun = answer(operator_call("POST", "/v1/operations", R"({"kind":"up"})"));
  EXPECT_EQ(begun.status, 202);
  EXPECT_THAT(body_of(begun)["warnings"][0], HasSubstr("the audit log cannot be written"));
  EXPECT_THAT(body_of(answer(operator_call("GET", "/v1/status")))["warnings"][0], HasSubstr("No space left on device"));
}

TEST_F(Api, Tells_the_operations_their_report_and_what_is_next) {
  EXPECT_EQ(body_of(answer(operator_call("GET", "/v1/outlook")))["action"], "up");
  EXPECT_EQ(answer(operator_call("GET", "/v1/report/latest.html")).status, 404);
  answer(operator_call("POST", "/v1/operations", R"({"kind":"up"})"));
  ASSERT_TRUE(runtime_.wait({"up-1"}, base::Milliseconds{20'000}));
  const auto list = body_of(answer(operator_call("GET", "/v1/operations")));
  EXPECT_EQ(list["rto_objective_ms"], stack_.recovery.rto_objective.count());
  ASSERT_EQ(list["operations"].size(), 1u);
  EXPECT_EQ(list["operations"][0]["id"], "up-1");
  EXPECT_EQ(list["operations"][0]["verdict"], "done");
  EXPECT_TRUE(list["operations"][0]["rto_ms"].is_null());
  EXPECT_EQ(body_of(answer(operator_call("GET", "/v1/operations/up-1")))["id"], "up-1");
  const auto report = body_of(answer(operator_call("GET", "/v1/report/up-1")));
  for (const auto* unknown : {"rto_ms", "lost_acknowledged_writes", "fence"}) {
    EXPECT_TRUE(report.contains(unknown) && report.at(unknown).is_null()) << unknown;
  }
  const auto page = answer(operator_call("GET", "/v1/report/up-1.html"));
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<h1>up-1 of shop</h1>"));
  EXPECT_EQ(header(page, "Content-Disposition"), "");
  auto download = operator_call("GET", "/v1/report/up-1.html");
  download.query = "download=1";
  EXPECT_EQ(header(answer(download), "Content-Disposition"), "attachment; filename=\"shop-up-1.html\"");
  EXPECT_EQ(answer(operator_call("GET", "/v1/report/a/b.html")).status, 404);
}

TEST_F(Api, Keeps_answers_to_the_browser_and_its_word) {
  for (const auto* path : {"/v1/status", "/v1/nothing", "/", "/assets/none"}) {
    const auto given = answer(operator_call("GET", path));
    EXPECT_EQ(header(given, "X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(header(given, "Cache-Control"), "no-store") << path;
    EXPECT_EQ(header(given, "Referrer-Policy"), "no-referrer") << path;
  }
}

TEST_F(Api, Streams_to_those_who_may_look) {
  const auto stream = answer(with_token(call("GET", "/v1/stream"), "look"));
  EXPECT_EQ(stream.content_type, "text/event-stream");
  EXPECT_TRUE(stream.stream);
  auto wrong = with_token(call("GET", "/v1/stream"), "look");
  wrong.headers["last-event-id"] = "x";
  EXPECT_EQ(answer(wrong).status, 400);
}

TEST_F(Api, Gives_the_page_and_its_files_to_anyone) {
  const auto index = answer(call("GET", "/"));
  EXPECT_EQ(index.status, 200);
  EXPECT_EQ(index.body, "<!doctype html>");
  EXPECT_EQ(index.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(header(index, "Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  const auto script = answer(call("GET", "/assets/a-1.js"));
  EXPECT_EQ(script.body, "1;");
  EXPECT_EQ(header(script, "Cache-Control"), "public, max-age=31536000, immutable");
  auto again = call("GET", "/assets/a-1.js");
  again.headers["if-none-match"] = header(script, "ETag");
  EXPECT_EQ(answer(again).status, 304);
  EXPECT_EQ(answer(again).body, "");
  EXPECT_EQ(answer(call("GET", "/assets/../index.html")).status, 401) << "no file, so it is nobody's path";
  const Routes without({service_, audit_, sessions_, clock_, "shop", {}});
  EXPECT_EQ(without.answer(call("GET", "/")).status, 404);
  EXPECT_THAT(without.answer(call("GET", "/")).body, StartsWith("This Lifeboat was built without its console"));
}

}  // namespace
}  // namespace lifeboat::controller
