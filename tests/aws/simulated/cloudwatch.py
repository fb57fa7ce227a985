"""CloudWatch's metrics of databases, as they were really measured; everything else is moto's."""

from datetime import datetime, timezone



UNITS = {'ReplicaLag': 'Seconds'}


def moment(value):
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
    return datetime.fromisoformat(str(value).replace('Z', '+00:00'))


class CloudWatch:
    def __init__(self, world):
        self.world = world

    def handlers(self):
        return {('cloudwatch', 'GetMetricStatistics'): self.statistics, ('cloudwatch', 'GetMetricData'): self.data}

    def _values(self, region, namespace, metric, dimensions, begin, end):
        """(time, seconds) of a replica's lag; nothing of what is not measured here."""
        if namespace != 'AWS/RDS' or metric != 'ReplicaLag':
            return []
        name = next((one['Value'] for one in dimensions if one['Name'] == 'DBInstanceIdentifier'), None)
        database = self.world.databases.find((region, name))
        return [] if database is None else [(at, value) for at, value in list(database.lags) if begin <= at < end]

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
        points = [{'Timestamp': at, 'Average': sum(some) / len(some), 'Maximum': max(some), 'Minimum': min(some), 'Sum': sum(some), 'SampleCount': float(len(some)), 'Unit': 'Seconds'}
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
