"""People's records as the personnel department keeps them, by the services of its pages."""
