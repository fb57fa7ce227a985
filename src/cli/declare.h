#pragma once

#include "cli/command.h"

namespace lifeboat::cli {

// One for each word of the command table; each lives in the file that is named after it.
Handler declare_init(CLI::App& parser);
Handler declare_check(CLI::App& parser);
Handler declare_schema(CLI::App& parser);
Handler declare_kubernetes(CLI::App& parser);
Handler declare_plan(CLI::App& parser);
Handler declare_up(CLI::App& parser);
Handler declare_down(CLI::App& parser);
Handler declare_status(CLI::App& parser);
Handler declare_verify(CLI::App& parser);
Handler declare_failover(CLI::App& parser);
Handler declare_switchover(CLI::App& parser);
Handler declare_failback(CLI::App& parser);
Handler declare_reprotect(CLI::App& parser);
Handler declare_drill(CLI::App& parser);
Handler declare_abort(CLI::App& parser);
Handler declare_report(CLI::App& parser);
Handler declare_log(CLI::App& parser);
Handler declare_serve(CLI::App& parser);
Handler declare_console(CLI::App& parser);
Handler declare_journal(CLI::App& parser);
Handler declare_chaos(CLI::App& parser);
Handler declare_load(CLI::App& parser);
Handler declare_aws(CLI::App& parser);
Handler declare_demo(CLI::App& parser);

}  // namespace lifeboat::cli
