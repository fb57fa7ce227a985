"""CloudWatch's metrics of databases, as they were really measured; everything else is moto's."""

from datetime import datetime, timezone


def moment(value):
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
    return datetime.fromisoformat(str(value).replace('Z', '+00:00'))


class CloudWatch:
    def __init__(self, world):
        self.world = world

    def handlers(self):
        return {('cloudwatch', 'GetMetricStatistics'): self.statistics, ('cloudwatch', 'GetMetricData'): self.data}

    def _database(self, region, metric, dimensions):
        """(whose lag it is, how many of the metric's units a second has)"""
        given = {one['Name']: one['Value'] for one in dimensions}
        if metric == 'ReplicaLag' and set(given) == {'DBInstanceIdentifier'}:
            return self.world.databases.find((region, given['DBInstanceIdentifier'])), 1
        if metric == 'AuroraGlobalDBReplicationLag' and set(given) == {'DBClusterIdentifier', 'SourceRegion'}:
            cluster = self.world.databases.find((region, given['DBClusterIdentifier']))
            return cluster if cluster and cluster.source and cluster.source[0] == given['SourceRegion'] else None, 1000
        return None, 1

    def _values(self, region, namespace, metric, dimensions, begin, end):
        """(time, lag) of a replica; nothing of what is not measured here."""
        database, units = self._database(region, metric, dimensions) if namespace == 'AWS/RDS' else (None, 1)
        return [] if database is None else [(at, value * units) for at, value in list(database.lags) if begin <= at < end]

    @staticmethod
    def _periods(values, period):
        """By the beginning of each period: its values."""
        found = {}
        for at, value in values:
            found.setdefault(datetime.fromtimestamp(at.timestamp() // period * period, timezone.utc), []).append(value)
        return found

    def statistics(self, call):
        params = call.params
        if params['Namespace'] != 'AWS/RDS':
            return self.world.moto.answer(call)
        values = self._values(call.region, params['Namespace'], params['MetricName'], params.get('Dimensions', []), moment(params['StartTime']), moment(params['EndTime']))
        points = [{'Timestamp': at, 'Average': sum(some) / len(some), 'Maximum': max(some), 'Minimum': min(some), 'Sum': sum(some), 'SampleCount': float(len(some)), 'Unit': 'Milliseconds' if params['MetricName'].startswith('Aurora') else 'Seconds'}
                  for at, some in self._periods(values, int(params['Period'])).items()]
        return {'Label': params['MetricName'], 'Datapoints': points}

    def data(self, call):
        params, results = call.params, []
        for query in params['MetricDataQueries']:
            stat = query.get('MetricStat')
            if stat is None:
                continue
            values = self._values(call.region, stat['Metric']['Namespace'], stat['Metric']['MetricName'], stat['Metric'].get('Dimensions', []),
                                  moment(params['StartTime']), moment(params['EndTime']))
            choose = {'Maximum': max, 'Minimum': min, 'Sum': sum, 'SampleCount': len}.get(stat['Stat'], lambda some: sum(some) / len(some))
            rows = sorted(self._periods(values, int(stat['Period'])).items(), reverse=params.get('ScanBy', 'TimestampDescending') == 'TimestampDescending')
            results.append({'Id': query['Id'], 'Label': query.get('Label', stat['Metric']['MetricName']), 'StatusCode': 'Complete',
                            'Timestamps': [at for at, _ in rows], 'Values': [float(choose(some)) for _, some in rows]})
        return {'MetricDataResults': results, 'Messages': []}
