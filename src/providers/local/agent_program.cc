// The agent alone, as a program for the tests: agent_program STACK_FOLDER SCOPE.

#include <cstdio>

#include "providers/local/agent.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: agent_program STACK_FOLDER SCOPE\n", stderr);
    return 2;
  }
  return lifeboat::local::run_agent({{argv[1]}, argv[2]});
}
