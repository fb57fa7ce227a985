#include "cli/command.h"
#include "cli/declare.h"

namespace lifeboat::cli {

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"init", "Write a commented stack file to begin with",
       "  lifeboat init\n  lifeboat init --name shop --home-region eu-west-1 --standby-region eu-central-1 shop.yaml",
       true, declare_init},
      {"check", "Say everything that is wrong with a stack file", "  lifeboat check examples/two-region-web.yaml",
       false, declare_check},
      {"schema", "Print the JSON Schema of the stack file, for editors", "  lifeboat schema > stack.schema.json", false,
       declare_schema},
      {"kubernetes", "Print a region's monitoring as Kubernetes manifests, or write them as a kustomize folder",
       "  lifeboat kubernetes stack.yaml --region us-east-2\n  lifeboat kubernetes stack.yaml --into manifests", false,
       declare_kubernetes},
      {"plan", "Say what 'up' would do, and why", "  lifeboat plan stack.yaml\n  lifeboat plan", false, declare_plan},
      {"up", "Build the stack in both regions; again: repair what is missing",
       "  lifeboat up examples/two-region-web.yaml\n  lifeboat up --dry-run", true, declare_up},
      {"down", "Stop everything and remove the stack",
       "  lifeboat down\n  lifeboat down --keep-data\n  lifeboat down --stack shop --yes", true, declare_down},
      {"status", "Both regions on one screen",
       "  lifeboat status\n  lifeboat status --watch\n  lifeboat status --output json", false, declare_status},
      {"verify", "Prove that the standby region could take over now; exit code 3 when not", "  lifeboat verify", false,
       declare_verify},
      {"failover", "The active region is lost: move to the other one",
       "  lifeboat failover\n  lifeboat failover --on-loss\n  lifeboat failover --fence direct --accept-loss --yes",
       true, declare_failover},
      {"switchover", "Planned: move to the other region, no write lost, no request failed", "  lifeboat switchover",
       true, declare_switchover},
      {"failback", "A switchover to the home region", "  lifeboat failback", true, declare_failback},
      {"reprotect", "Rebuild the other region as a replica of the active one", "  lifeboat reprotect", true,
       declare_reprotect},
      {"drill", "Rehearse the loss of the active region with a clone that is gone afterwards", "  lifeboat drill", true,
       declare_drill},
      {"abort", "Undo the operation that runs, while it is not past its point of no return", "  lifeboat abort", true,
       declare_abort},
      {"report", "What an operation did, in numbers against the objectives",
       "  lifeboat report\n  lifeboat report failover-3 --output json", false, declare_report},
      {"log", "What happened, as sentences", "  lifeboat log\n  lifeboat log --follow", false, declare_log},
      {"serve", "The controller of an aws stack in the foreground: console, metrics, detection; until Ctrl-C",
       "  lifeboat serve\n  lifeboat serve --stack shop.yaml --port 7000", false, declare_serve},
      {"console", "Where the console is, and how to sign in", "  lifeboat console", false, declare_console},
      {"journal", "Look at the controller's journal, or repair it where it is damaged",
       "  lifeboat journal check\n  lifeboat journal repair --dry-run\n  lifeboat journal repair", true,
       declare_journal},
      {"chaos", "Break something on purpose",
       "  lifeboat chaos kill region us-east-2\n  lifeboat chaos stop zone us-east-2a\n  lifeboat chaos kill instance "
       "us-east-2/web-1\n  lifeboat chaos resume region us-east-2",
       true, declare_chaos},
      {"load", "A client of the front door that records what it sees",
       "  lifeboat load --rate 200 --writers 20 --duration 30s\n  lifeboat load --url http://127.0.0.1:8000 --rate 10",
       false, declare_load},
      {"aws", "What only the aws world has: the least that a role needs, as IAM policy documents",
       "  lifeboat aws policy observer stack.yaml\n  lifeboat aws policy provisioner stack.yaml --part 1 > policy.json",
       false, declare_aws},
      {"demo", "The whole story in under two minutes: lose a region, fail over, come back", "  lifeboat demo", false,
       declare_demo},
  };
  return table;
}

}  // namespace lifeboat::cli
