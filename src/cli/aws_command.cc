#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/document.h"
#include "cli/chosen_stack.h"
#include "cli/declare.h"
#include "cli/stack_source.h"
#include "providers/aws/policy.h"

namespace lifeboat::cli {
namespace {

struct AwsFlags {
  std::string topic;
  std::string role;
  std::string file;
  std::string account;
  int part = 0;  ///< From 1; 0: all.
};

/// The file that is named, else the stack that --stack means, else the only one there is.
base::Result<model::Stack> described(const Context& context, const std::string& file) {
  if (!file.empty()) {
    auto source = read_stack_source(file);
    if (!source) return std::unexpected(source.error());
    return std::move(source->stack);
  }
  auto chosen = choose(context.options);
  if (!chosen) return std::unexpected(chosen.error());
  return std::move(chosen->source.stack);
}

std::string account_of(const AwsFlags& flags, const model::Stack& stack) {
  if (!flags.account.empty()) return flags.account;
  return stack.aws.account.empty() ? "*" : stack.aws.account;
}

/// What the documents do not say themselves goes to standard error, so that standard output is IAM's own language.
void explain(const Context& context, const AwsFlags& flags, std::size_t documents, const std::string& account) {
  if (account == "*") {
    context.err << "lifeboat: no account is named (aws.account, --account), so the ARNs hold for any" << std::endl;
  }
  if (documents < 2 || flags.part != 0) return;
  context.err << fmt::format(
                     "lifeboat: the {}'s policy is {} documents, because IAM takes {} characters in one: attach all of "
                     "them; --part 1 to --part {} prints one",
                     flags.role, documents, aws_world::managed_policy_limit, documents)
              << std::endl;
}

Outcome policy(Context& context, const AwsFlags& flags) {
  const auto stack = described(context, flags.file);
  if (!stack) return std::unexpected(stack.error());
  if (stack->world != model::World::aws) {
    return base::fail(base::ErrorCode::bad_flag, fmt::format("the stack '{}' is not in the aws world", stack->name),
                      "A stack file says so with 'world: aws'.");
  }
  const auto account = account_of(flags, *stack);
  const auto documents = aws_world::policy_documents(*stack, account, *aws_world::policy_role(flags.role));
  if (flags.part > static_cast<int>(documents.size())) {
    return base::fail(base::ErrorCode::bad_flag, fmt::format("the policy has {} documents", documents.size()),
                      fmt::format("Use --part 1 to --part {}.", documents.size()));
  }
  explain(context, flags, documents.size(), account);
  const auto first = static_cast<std::size_t>(flags.part > 0 ? flags.part - 1 : 0);
  const auto last = flags.part > 0 ? first + 1 : documents.size();
  nlohmann::ordered_json all = {{"version", api::document_version}, {"role", flags.role}, {"documents", nullptr}};
  all["documents"] = std::vector(documents.begin() + static_cast<std::ptrdiff_t>(first),
                                 documents.begin() + static_cast<std::ptrdiff_t>(last));
  if (context.json()) {
    context.print(all.dump() + "\n");
    return ExitCode::done;
  }
  for (auto i = first; i < last; ++i) context.print(documents[i].dump(2) + "\n");
  return ExitCode::done;
}

}  // namespace

Handler declare_aws(CLI::App& parser) {
  auto flags = std::make_shared<AwsFlags>();
  parser.add_option("TOPIC", flags->topic, "policy: the least that a role needs, as IAM policy documents")
      ->required()
      ->check(CLI::IsMember({"policy"}));
  parser
      .add_option("ROLE", flags->role,
                  "observer (status, verify), operator (also failover, switchover, failback, reprotect) or provisioner "
                  "(also up, down)")
      ->required()
      ->check(CLI::IsMember({"observer", "operator", "provisioner"}));
  parser.add_option("FILE", flags->file, "The stack file (default: the stack that --stack names, or ./stack.yaml)");
  parser.add_option("--account", flags->account, "Twelve digits, where the stack file has no aws.account")
      ->type_name("ACCOUNT")
      ->check([](const std::string& text) {
        const bool fits = text.size() == 12 && text.find_first_not_of("0123456789") == std::string::npos;
        return fits ? std::string() : std::string("an account is twelve digits");
      });
  parser.add_option("--part", flags->part, "Only this document of a policy that is several")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  return [flags](Context& context) { return policy(context, *flags); };
}

}  // namespace lifeboat::cli
