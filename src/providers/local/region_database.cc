#include "providers/local/region_database.h"

#include "providers/local/region_database_impl.h"

namespace lifeboat::local {

RegionDatabase::RegionDatabase(RegionContext context, AwaitLease await_lease)
    : impl_(std::make_unique<Impl>(std::move(context), std::move(await_lease))) {}
RegionDatabase::~RegionDatabase() = default;

void RegionDatabase::assign(const RegionAssignment& assignment) {
  impl_->assign(assignment);
}

base::Status RegionDatabase::ensure_node(const std::string& name, base::Instant deadline) {
  return impl_->ensure_node(name, impl_->deadline(deadline));
}

std::vector<model::ObservedDatabaseNode> RegionDatabase::observe() {
  return impl_->observe();
}

void RegionDatabase::tick() {
  impl_->tick();
}

base::Status RegionDatabase::checkpoint(base::Instant deadline) {
  return impl_->checkpoint(impl_->deadline(deadline));
}

base::Result<engine::FenceCertificate> RegionDatabase::fence(base::Epoch epoch, base::Instant deadline) {
  return impl_->fence(epoch, impl_->deadline(deadline));
}

base::Result<base::Lsn> RegionDatabase::drain(base::Lsn until, base::Instant deadline) {
  return impl_->drain(until, impl_->deadline(deadline));
}

base::Result<engine::Promotion> RegionDatabase::promote(base::Epoch epoch, base::Instant deadline) {
  return impl_->promote(epoch, impl_->deadline(deadline));
}

base::Status RegionDatabase::suspend(base::Instant deadline) {
  return impl_->suspend(impl_->deadline(deadline));
}

base::Status RegionDatabase::resume(base::Instant deadline) {
  return impl_->resume(impl_->deadline(deadline));
}

base::Status RegionDatabase::reopen_writer(base::Epoch epoch, base::Instant deadline) {
  return impl_->reopen_writer(epoch, impl_->deadline(deadline));
}

base::Result<engine::Reprotection> RegionDatabase::reprotect(base::Epoch epoch, base::Instant deadline) {
  return impl_->reprotect(epoch, impl_->deadline(deadline));
}

std::string RegionDatabase::writer() const {
  return impl_->writer();
}

std::string RegionDatabase::synchronous_replica() const {
  return impl_->synchronous_replica();
}

base::Result<std::map<std::string, std::string>> RegionDatabase::facts() {
  return impl_->facts();
}

std::vector<std::string> RegionDatabase::remarks() const {
  return impl_->remarks();
}

std::vector<std::string> RegionDatabase::take_sentences() {
  return impl_->take_sentences();
}

}  // namespace lifeboat::local
