#include "api/verify_view.h"

#include "api/fields.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<CheckView> View>
void describe(Visitor& visit, View& check) {
  visit("id", check.id);
  visit("title", check.title);
  visit("state", check.state);
  visit("evidence", check.evidence);
}

template <class Visitor, ViewOf<VerifyView> View>
void describe(Visitor& visit, View& view) {
  visit("stack", view.stack);
  visit("verdict", view.verdict);
  visit("findings", view.findings);
  visit("checks", view.checks);
}

VerifyView make_verify(const std::string& stack, const readiness::Verdict& verdict) {
  VerifyView view{stack, verdict.ready ? "ready" : "not_ready", verdict.findings(), {}};
  for (const readiness::Check& check : verdict.checks) {
    view.checks.push_back({check.id, check.title, std::string(readiness::to_string(check.state)), check.evidence});
  }
  return view;
}

std::string to_document(const VerifyView& view) {
  return write_document(view);
}

base::Result<VerifyView> verify_from_document(std::string_view text) {
  return read_document<VerifyView>(text, "verdict");
}

}  // namespace lifeboat::api
