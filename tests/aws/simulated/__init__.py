"""A simulation of AWS: an interface for all services and regions, and real programs where AWS would run some. No real AWS is ever contacted."""
