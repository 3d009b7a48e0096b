"""The only package that knows SQL: models, unit of work, repositories, migrations, blobs."""
