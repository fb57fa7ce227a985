#pragma once

#include <span>
#include <string>

#include "page/files.h"
#include "system/http_server.h"

namespace lifeboat::controller {

/// The console's page or one of its files, with the headers that keep others out of it; not changed (304) when the
/// browser has it. A sentence with 404 when the program was built without the page or there is no such file.
system::HttpAnswer page_answer(std::span<const page::File> files, const system::HttpCall& call);

/// A report as HTML; `name`: the file's, where it is to be downloaded.
system::HttpAnswer report_answer(std::string html, const std::string& name);

/// What every answer tells the browser: to take it for what it says it is, and to keep it to itself.
void add_common_headers(system::HttpAnswer& answer);

}  // namespace lifeboat::controller
