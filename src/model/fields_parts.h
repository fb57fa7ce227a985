#pragma once

#include <vector>

#include "model/fields.h"

namespace lifeboat::model {

// Parts of the table of fields, in its order.
void add_notification_fields(std::vector<Field>& table);
void add_surroundings_fields(std::vector<Field>& table);
void add_recovery_fields(std::vector<Field>& table);
void add_aws_fields(std::vector<Field>& table);

}  // namespace lifeboat::model
