#pragma once

#include <fmt/format.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "aws/client.h"
#include "aws/credential_source.h"
#include "aws/recording_transport.h"
#include "aws/test_ports.h"
#include "aws/transport.h"

namespace lifeboat::aws_world::testing {

/// One stack of CloudFormation, simulated on the wire: it goes through the states that a test lines up, one a look.
class TestCloudFormation : public aws::Transport {
 public:
  TestCloudFormation()
      : credentials({.access_key_id = "AKID", .secret_access_key = aws::Secret("secret")}),
        client({*this, credentials, time, time, time, [](const std::string&) { return std::string(); }}) {}

  std::string status;                                       ///< Empty: there is no stack.
  std::deque<std::string> after_change;                     ///< What follows ExecuteChangeSet, one a look.
  std::deque<std::string> after_delete;                     ///< The same for DeleteStack; "" is gone.
  std::string change_set_reason;                            ///< Why a change set fails; empty: it is made.
  std::string changes;                                      ///< Its changes, as XML.
  std::vector<std::pair<std::string, std::string>> events;  ///< Of resources, once a change is carried out: id, reason.
  std::string lost_answer;                                  ///< The operation whose next answer is lost, done as it is.
  std::vector<std::string> calls;

  aws::testing::TestTime time;
  aws::FixedCredentials credentials;
  aws::Client client;

  std::expected<aws::HttpAnswer, aws::ExchangeFailure> send(const aws::Request& request,
                                                            const aws::ExchangeLimits&) override {
    aws::testing::record(request);
    const auto begin = request.body.find("Action=") + 7;
    const auto operation = request.body.substr(begin, request.body.find('&', begin) - begin);
    calls.push_back(operation);
    auto given = answer(operation);
    if (operation != std::exchange(lost_answer, operation == lost_answer ? "" : lost_answer)) return given;
    return std::unexpected(aws::ExchangeFailure{aws::FailureKind::cut_off, "planted"});
  }

 private:
  aws::HttpAnswer answer(const std::string& operation) {
    if (operation == "CreateChangeSet" && status.empty()) status = "REVIEW_IN_PROGRESS";
    if (operation == "ExecuteChangeSet") changing_ = true;
    if (operation == "DeleteStack") {
      next_ = status == "REVIEW_IN_PROGRESS" ? std::deque<std::string>{""} : after_delete;
      ++reigns_;
    }
    if (operation == "DescribeStacks") return describe();
    if (operation == "DescribeStackEvents") return result(operation, events_xml());
    if (operation == "DescribeChangeSet") return result(operation, change_set_xml());
    if (operation == "ListStackResources") return result(operation, "<StackResourceSummaries/>");
    return result(operation, operation == "CreateChangeSet" ? "<Id>1</Id>" : "");
  }

  aws::HttpAnswer describe() {
    if (changing_) {
      // The first look after it still sees the state from before.
      changing_ = false;
      next_ = after_change;
      next_.push_front(status);
      ++reigns_;
    }
    if (!next_.empty()) {
      status = next_.front();
      next_.pop_front();
    }
    if (status.empty()) {
      return {.status = 400,
              .headers = {},
              .body =
                  "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id shop does not "
                  "exist</Message></Error></ErrorResponse>"};
    }
    return result(
        "DescribeStacks",
        fmt::format("<Stacks><member><StackName>shop</StackName><StackStatus>{}</StackStatus><Outputs><member>"
                    "<OutputKey>VpcId</OutputKey><OutputValue>vpc-1</OutputValue></member></Outputs>"
                    "</member></Stacks>",
                    status));
  }

  std::string events_xml() const {
    std::string xml;
    // Newest first; the stack's own event comes once the state has changed.
    if (reigns_ == 0 || (!next_.empty() && next_.size() == after_change.size() + 1)) return "<StackEvents/>";
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      xml += fmt::format(
          "<member><EventId>{0}-{1}</EventId><LogicalResourceId>{0}</LogicalResourceId><ResourceType>"
          "AWS::EC2::VPC</ResourceType><ResourceStatus>{2}</ResourceStatus><ResourceStatusReason>{3}"
          "</ResourceStatusReason></member>",
          event->first, reigns_, event->second.empty() ? "CREATE_COMPLETE" : "CREATE_FAILED", event->second);
    }
    xml += fmt::format(
        "<member><EventId>stack-{}</EventId><LogicalResourceId>shop</LogicalResourceId><ResourceType>"
        "AWS::CloudFormation::Stack</ResourceType><ResourceStatus>{}</ResourceStatus></member>",
        reigns_, status.empty() ? "DELETE_COMPLETE" : status);
    return "<StackEvents>" + xml + "</StackEvents>";
  }

  std::string change_set_xml() const {
    if (change_set_reason.empty()) return "<Status>CREATE_COMPLETE</Status><Changes>" + changes + "</Changes>";
    return "<Status>FAILED</Status><StatusReason>" + change_set_reason + "</StatusReason>";
  }

  static aws::HttpAnswer result(const std::string& operation, const std::string& xml) {
    return {.status = 200,
            .headers = {},
            .body = fmt::format("<{0}Response><{0}Result>{1}</{0}Result></{0}Response>", operation, xml)};
  }

  bool changing_ = false;
  int reigns_ = 0;  ///< Changes and deletions carried out.
  std::deque<std::string> next_;
};

}  // namespace lifeboat::aws_world::testing
