"""What the client scripts check in the same way."""

from mlflow.exceptions import MlflowException


def refused(code, call, *args, **kwargs):
    """Calls, and gives the refusal with this error code."""
    try:
        call(*args, **kwargs)
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, error.message)
        return error
    raise AssertionError(f"{call} was not refused")
