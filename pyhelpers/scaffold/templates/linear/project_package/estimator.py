"""The model: a pipeline of scikit-learn, and its plain form, coefficients."""

from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from project_package.contract.linear_model import agrees, coefficients
from project_package.contract.schema import Feature
from project_package.settings import TASK


def make_pipeline(features: list[Feature]) -> Any:
    """Return one unfitted pipeline of imputer, scaler, encoder and linear model."""
    numbers = [at for at, feature in enumerate(features) if feature.kind == "number"]
    texts = [at for at, feature in enumerate(features) if feature.kind == "category"]
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    number = Pipeline([("fill", fill), ("scale", StandardScaler())])
    name = SimpleImputer(missing_values=None, strategy="constant", fill_value="(missing)")
    known = OneHotEncoder(
        handle_unknown="infrequent_if_exist", max_categories=100, sparse_output=False
    )
    text = Pipeline([("fill", name), ("encode", known)])
    parts = [("numbers", number, numbers), ("categories", text, texts)]
    prepare = ColumnTransformer([part for part in parts if part[2]])
    linear = LinearRegression() if TASK == "regression" else LogisticRegression(max_iter=1000)
    return Pipeline([("prepare", prepare), ("model", linear)])


def plain_form(pipeline: Any, features: list[Feature], x: Any) -> dict[str, Any]:
    """Return a fitted pipeline as coefficients, which agree with it on rows of x."""
    plain = coefficients(pipeline, features)
    if plain is None or not agrees(plain, pipeline, x[:1000], features):
        raise ValueError("the coefficients do not agree with the pipeline")
    return {"coefficients": plain.to_json()}
