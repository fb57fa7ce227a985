#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array service_quotas_operations{
    Operation{.name = "GetServiceQuota",
              .input = "ServiceCode! QuotaCode! ContextId",
              .output = "Quota{ServiceCode ServiceName QuotaArn QuotaCode QuotaName Value:number Unit Adjustable:bool "
                        "GlobalQuota:bool ErrorReason{ErrorCode ErrorMessage}}",
              .is_repeatable = true},
};

}  // namespace

const Service& service_quotas_service() {
  static constexpr Service service{.name = "service-quotas",
                                   .variable = "SERVICE_QUOTAS",
                                   .host = "servicequotas",
                                   .signing_name = "servicequotas",
                                   .protocol = Protocol::json,
                                   .target_prefix = "ServiceQuotasV20190624",
                                   .operations = service_quotas_operations};
  return service;
}

}  // namespace lifeboat::aws
